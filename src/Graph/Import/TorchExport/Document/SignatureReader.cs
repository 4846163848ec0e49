namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Reads what each input and output of the graph is.</summary>
internal static class SignatureReader
{
    public static (IReadOnlyList<ExportedInputSpec>, IReadOnlyList<ExportedOutputSpec>) Read(ref JsonCursor json, GraphReader graphs)
    {
        json.BeginObject("signature");
        List<ExportedInputSpec>? inputs = null;
        List<ExportedOutputSpec>? outputs = null;
        while (json.NextProperty())
        {
            if (json.Is("input_specs"u8))
            {
                json.BeginArray("input_specs");
                inputs = [];
                while (json.NextItem())
                    inputs.Add(ReadInput(ref json, graphs));
            }
            else if (json.Is("output_specs"u8))
            {
                json.BeginArray("output_specs");
                outputs = [];
                while (json.NextItem())
                    outputs.Add(ReadOutput(ref json, graphs));
            }
            else
                json.Skip();
        }
        if (inputs is null || outputs is null)
            throw json.Fault($"signature: expected '{(inputs is null ? "input_specs" : "output_specs")}', given none");
        return (inputs, outputs);
    }

    private static ExportedInputSpec ReadInput(ref JsonCursor json, GraphReader graphs)
    {
        json.BeginObject("input_specs");
        ExportedInputSpec? spec = null;
        while (json.NextProperty())
        {
            ExportedInputKind kind =
                json.Is("user_input"u8) ? ExportedInputKind.UserInput
                : json.Is("parameter"u8) ? ExportedInputKind.Parameter
                : json.Is("buffer"u8) ? ExportedInputKind.Buffer
                : json.Is("tensor_constant"u8) ? ExportedInputKind.TensorConstant
                : json.Is("constant_input"u8) ? ExportedInputKind.ConstantInput
                : json.Is("custom_obj"u8) ? ExportedInputKind.CustomObject
                : json.Is("token"u8) ? ExportedInputKind.Token
                : throw json.Fault($"input_specs: unknown kind '{json.Property}'");
            spec = ReadInputFields(ref json, graphs, kind);
        }
        return spec ?? throw json.Fault("input_specs: expected an object with one key, given none");
    }

    private static ExportedInputSpec ReadInputFields(ref JsonCursor json, GraphReader graphs, ExportedInputKind kind)
    {
        json.BeginObject("input_specs");
        ExportedArgument? argument = null;
        string path = "";
        bool persistent = true;
        while (json.NextProperty())
        {
            if (json.Is("arg"u8))
                argument = kind is ExportedInputKind.UserInput
                    ? ArgumentReader.Read(ref json, "user_input", graphs)
                    : new ExportedArgument.Tensor(ArgumentReader.ReadName(ref json, "input_specs"));
            else if (json.Is("value"u8))
                argument = ArgumentReader.Read(ref json, "constant_input", graphs);
            else if (json.Is("parameter_name"u8) || json.Is("buffer_name"u8) || json.Is("tensor_constant_name"u8) || json.Is("custom_obj_name"u8) || json.Is("name"u8))
                path = json.Text("input_specs");
            else if (json.Is("persistent"u8))
                persistent = json.Bool("persistent");
            else
                json.Skip();
        }
        // A constant input without a value is None.
        if (argument is null && kind is ExportedInputKind.ConstantInput)
            argument = ExportedArgument.None.Value;
        return new(kind, argument ?? throw json.Fault($"input_specs: expected 'arg', given none (of '{path}')"), path, persistent);
    }

    private static ExportedOutputSpec ReadOutput(ref JsonCursor json, GraphReader graphs)
    {
        json.BeginObject("output_specs");
        ExportedOutputSpec? spec = null;
        while (json.NextProperty())
        {
            ExportedOutputKind kind =
                json.Is("user_output"u8) ? ExportedOutputKind.UserOutput
                : json.Is("buffer_mutation"u8) ? ExportedOutputKind.BufferMutation
                : json.Is("user_input_mutation"u8) ? ExportedOutputKind.UserInputMutation
                : json.Is("parameter_mutation"u8) ? ExportedOutputKind.ParameterMutation
                : json.Is("loss_output"u8) ? ExportedOutputKind.LossOutput
                : json.Is("gradient_to_parameter"u8) || json.Is("gradient_to_user_input"u8) ? ExportedOutputKind.Gradient
                : json.Is("token"u8) ? ExportedOutputKind.Token
                : throw json.Fault($"output_specs: unknown kind '{json.Property}'");
            spec = ReadOutputFields(ref json, graphs, kind);
        }
        return spec ?? throw json.Fault("output_specs: expected an object with one key, given none");
    }

    private static ExportedOutputSpec ReadOutputFields(ref JsonCursor json, GraphReader graphs, ExportedOutputKind kind)
    {
        json.BeginObject("output_specs");
        ExportedArgument? argument = null;
        string target = "";
        while (json.NextProperty())
        {
            if (json.Is("arg"u8))
                argument = kind is ExportedOutputKind.UserOutput
                    ? ArgumentReader.Read(ref json, "user_output", graphs)
                    : new ExportedArgument.Tensor(ArgumentReader.ReadName(ref json, "output_specs"));
            else if (json.Is("buffer_name"u8) || json.Is("parameter_name"u8) || json.Is("user_input_name"u8))
                target = json.Text("output_specs");
            else
                json.Skip();
        }
        return new(kind, argument ?? throw json.Fault("output_specs: expected 'arg', given none"), target);
    }
}
