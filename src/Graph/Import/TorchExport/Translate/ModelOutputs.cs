namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Declares the outputs of the graph as the signature tells them, nested ones flat.</summary>
internal sealed class ModelOutputs(TorchExportArchive archive, GraphBuilder builder, NumberTensors numbers)
{
    /// <summary>Whether the output is a number, which becomes a 0-d tensor.</summary>
    public static bool IsNumber(ExportedArgument argument) =>
        argument is ExportedArgument.Int or ExportedArgument.SymInt or ExportedArgument.Float or ExportedArgument.Bool;

    public void Declare(ValueScope scope, ModelInputs inputs)
    {
        var at = new NodeContext(archive.Path, null, NodeSource.None);
        IReadOnlyList<ExportedOutputSpec> specs = archive.Program.Outputs;
        int users = specs.Count(static s => s.Kind is ExportedOutputKind.UserOutput or ExportedOutputKind.LossOutput);
        IReadOnlyList<string> names = OutputNames.Of(archive.Program, users);
        int user = 0;
        var mutated = new HashSet<string>(StringComparer.Ordinal);
        foreach (ExportedOutputSpec spec in specs)
        {
            switch (spec.Kind)
            {
                case ExportedOutputKind.UserOutput or ExportedOutputKind.LossOutput:
                    DeclareUserOutput(names[user++], spec.Argument, scope, at);
                    break;
                case ExportedOutputKind.BufferMutation or ExportedOutputKind.ParameterMutation:
                    DeclareMutation(spec.Target, GraphOutputKind.BufferMutation, scope.Read(((ExportedArgument.Tensor)spec.Argument).Name, at), mutated);
                    break;
                case ExportedOutputKind.UserInputMutation:
                    DeclareMutation(spec.Target, GraphOutputKind.InputMutation, scope.Read(((ExportedArgument.Tensor)spec.Argument).Name, at), mutated);
                    break;
                default:
                    throw new ImportException($"{archive.Path}: output '{spec.Target}' is {(spec.Kind == ExportedOutputKind.Token ? "an effect token" : "a gradient")}, which is not supported; export the model for inference");
            }
        }
        DeclareSilentMutations(inputs, mutated, at);
    }

    /// <summary>Programs that were not decomposed write in place without saying so in the signature.</summary>
    private void DeclareSilentMutations(ModelInputs inputs, HashSet<string> mutated, NodeContext at)
    {
        foreach (var (spec, tensor, original) in inputs.Declared)
        {
            bool isInput = spec.Kind == ExportedInputKind.UserInput;
            string target = isInput ? ((ExportedArgument.Tensor)spec.Argument).Name : spec.Path;
            if (mutated.Contains(target))
                continue;
            if (tensor.IsStale)
                throw at.Fault(
                    $"'{target}' shares memory with a tensor that {tensor.Memory.LastWriter} changed in place; expected no write through a view: "
                    + "write with a pure operator such as torch.where, or call run_decompositions() before saving");
            if (tensor.Value != original)
                DeclareMutation(target, isInput ? GraphOutputKind.InputMutation : GraphOutputKind.BufferMutation, tensor.Value, mutated);
        }
    }

    private void DeclareMutation(string target, GraphOutputKind kind, Value value, HashSet<string> mutated)
    {
        if (!mutated.Add(target))
            throw new ImportException($"{archive.Path}: two outputs change '{target}', expected one; the file is damaged, export it again");
        builder.AddOutput(new(target, value, kind, target));
    }

    private void DeclareUserOutput(string name, ExportedArgument argument, ValueScope scope, NodeContext at)
    {
        Value? value = argument switch
        {
            ExportedArgument.Tensor tensor => scope.Read(tensor.Name, at),
            ExportedArgument.Int number => numbers.Add(number.Value, DType.Int64, at),
            ExportedArgument.SymInt size => numbers.Add(scope.Size(size.Value, at), DType.Int64, at),
            ExportedArgument.Float number => numbers.Add(number.Value, DType.Float64, at),
            ExportedArgument.Bool truth => numbers.Add(truth.Value, DType.Bool, at),
            ExportedArgument.None => null,
            _ => throw at.Fault($"output '{name}': expected a tensor or a number, given {argument.Kind}"),
        };
        // None is no tensor and gets no output.
        if (value is { } returned)
            builder.AddOutput(new(name, returned));
    }
}
