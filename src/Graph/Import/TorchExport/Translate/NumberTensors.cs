namespace Evergraph.Graph.Import.TorchExport;

/// <summary>
/// PyTorch lets a Python number stand where a schema says Tensor: <c>add.Tensor(x, 1e-6)</c>. The number has no say in the
/// result's element type beyond its category. Where there is an overload for a Scalar, that is taken (see
/// <see cref="ScalarOverload"/>); elsewhere the number becomes a 0-d tensor.
/// </summary>
internal sealed class NumberTensors(GraphBuilder builder, OperatorRegistry registry)
{
    public const string ScalarTensor = "aten::scalar_tensor";

    /// <summary>The operator to call instead when one of the node's numbers stands for a tensor: <c>aten::add.Tensor</c> is <c>aten::add.Scalar</c>.</summary>
    public OperatorDefinition ScalarOverload(OperatorDefinition definition, ExportedNode node)
    {
        if (definition.Schema.Overload != "Tensor" || !node.Inputs.Any(input => IsNumber(input.Value) && TakesTensor(definition, input.Name)))
            return definition;
        return registry.TryFind($"{definition.Schema.Namespace}::{definition.Schema.Name}.Scalar", out OperatorDefinition? scalar)
            && node.Inputs.All(input => scalar.Schema.Arguments.Any(a => a.Name == input.Name && (a.Type.Kind == SchemaKind.Tensor) == input.Value is ExportedArgument.Tensor))
            ? scalar
            : definition;
    }

    /// <summary>A 0-d tensor of the number, of a type that does not change the result's: that of the first tensor operand unless the number is of a higher category.</summary>
    public Value Tensor(Scalar number, OperatorDefinition definition, ValueScope scope, NodeContext at)
    {
        DType type = number.DType;
        foreach (ExportedInput input in at.Node!.Inputs)
        {
            if (input.Value is not ExportedArgument.Tensor tensor || !TakesTensor(definition, input.Name))
                continue;
            DType operand = builder.TypeOf(scope.Read(tensor.Name, at)).DType;
            if (operand.Category() >= type.Category())
                type = operand;
            break;
        }
        return Add(number, type, at);
    }

    /// <summary>A 0-d tensor of the number.</summary>
    public Value Add(Scalar number, DType type, NodeContext at)
    {
        OperatorDefinition scalarTensor = registry.Find(ScalarTensor);
        IReadOnlyList<SchemaArgument> parameters = scalarTensor.Schema.Arguments;
        var arguments = new Argument[parameters.Count];
        for (int i = 0; i < arguments.Length; i++)
            arguments[i] = parameters[i].Name switch
            {
                "s" => new ScalarArgument(number),
                "dtype" => new DTypeArgument(type),
                _ => ArgumentDefaults.Of(parameters[i]) ?? Argument.None,
            };
        return builder.Add(scalarTensor, EquatableArray<Argument>.Own(arguments), at.Source)[0];
    }

    private static bool IsNumber(ExportedArgument argument) =>
        argument is ExportedArgument.Int or ExportedArgument.Float or ExportedArgument.Bool or ExportedArgument.SymInt;

    private static bool TakesTensor(OperatorDefinition definition, string name) =>
        definition.Schema.Arguments.Any(a => a.Name == name && a.Type is { Kind: SchemaKind.Tensor, IsList: false });
}
