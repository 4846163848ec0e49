namespace Evergraph.Graph.Import.TorchExport;

/// <summary>What exported programs state about tensors and sizes: proven and dropped, refuted with an error, or kept as a requirement.</summary>
internal sealed class Assertions(GraphBuilder builder)
{
    private readonly List<Requirement> _required = [];

    /// <summary>What was kept.</summary>
    public IReadOnlyList<Requirement> Required => _required;

    /// <summary><c>_assert_tensor_metadata(a, size, stride, dtype, device, layout)</c>: dtype and sizes are held against our inference; values here have no strides and no device.</summary>
    public void TensorMetadata(ValueScope scope, NodeContext at)
    {
        TensorType? type = null;
        foreach (ExportedInput input in at.Node!.Inputs)
        {
            switch (input.Name, input.Value)
            {
                case ("a", ExportedArgument.Tensor tensor):
                    type = builder.TypeOf(scope.Tensor(tensor.Name, at).Value);
                    break;
                case ("dtype", ExportedArgument.ScalarType code) when type is not null && ((TorchScalarType)code.Code).ToDType() != type.DType:
                    throw at.Fault($"asserts {((TorchScalarType)code.Code).Name()}, given {type}; correct the fake of the operator that made it");
                case ("size", ExportedArgument.Ints sizes) when type is not null:
                    Sizes([.. sizes.Values.Select(static s => (Dim)s)], type, at);
                    break;
                case ("size", ExportedArgument.SymInts sizes) when type is not null:
                    Sizes([.. sizes.Values.Select(s => scope.Size(s, at))], type, at);
                    break;
                default:
                    break;
            }
        }
        if (type is null)
            throw at.Fault("expected a tensor as argument a, given none");
    }

    /// <summary><c>_assert_scalar(condition, message)</c>.</summary>
    public void Scalar(ValueScope scope, NodeContext at)
    {
        IReadOnlyList<ExportedInput> inputs = at.Node!.Inputs;
        if (inputs.Count == 0)
            throw at.Fault("expected a condition, given none");
        string message = inputs.Select(static i => i.Value).OfType<ExportedArgument.Text>().FirstOrDefault()?.Value ?? "an assertion of the model";
        foreach (Condition condition in SizeOperators.Truth(inputs[0].Value, scope, at))
            Require(condition, message, at);
    }

    /// <summary><c>sym_constrain_range(size, min, max)</c>.</summary>
    public void ConstrainRange(ValueScope scope, NodeContext at)
    {
        Dim? size = null;
        foreach (ExportedInput input in at.Node!.Inputs)
        {
            Dim? value = input.Value switch
            {
                ExportedArgument.Int number => number.Value,
                ExportedArgument.SymInt symbol => scope.Size(symbol.Value, at),
                _ => (Dim?)null,
            };
            if (value is not { } bound)
                continue;
            if (input.Name == "size")
                size = bound;
            else if (size is { } constrained && input.Name is "min" or "max")
                Require(new(constrained, input.Name == "min" ? Relation.GreaterOrEqual : Relation.LessOrEqual, bound), $"a size is out of its range ({input.Name})", at);
        }
        if (size is null)
            throw at.Fault("expected a size, given none");
    }

    /// <summary>States a condition: it is kept unless it is proven.</summary>
    /// <exception cref="ImportException">It is refuted.</exception>
    public void Require(Condition condition, string message, NodeContext at)
    {
        Truth proof = condition.Proof;
        if (proof == Truth.True)
            return;
        if (proof == Truth.False)
            throw at.Fault($"{message}: expected {condition}, which holds for no size in the declared ranges; correct the ranges and export again");
        string name = at.Node is null ? "guard" : OperatorTarget.RegistryName(at.Node.Target) ?? at.Node.Target;
        _required.Add(new(condition, message, name, at.Source));
    }

    private static void Sizes(Dim[] expected, TensorType given, NodeContext at)
    {
        bool fits = expected.Length == given.Rank;
        for (int axis = 0; fits && axis < expected.Length; axis++)
            fits = (expected[axis] == given.Shape[axis]).Proof == Truth.True;
        if (!fits)
            throw at.Fault($"asserts sizes [{string.Join<Dim>(", ", expected)}], given {given}; correct the fake of the operator that made it");
    }
}
