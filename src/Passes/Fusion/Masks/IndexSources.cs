using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Where index values begin: sequences and constants.</summary>
internal static class IndexSources
{
    /// <summary>What is known of the result of an operator without tensors that count; null for others.</summary>
    public static IndexValue? Compute(string name, Node node)
    {
        var type = node.OutputTypes[0];
        return name switch
        {
            "arange" => Sequence(node, type),
            "ones" or "ones_like" or "new_ones" => IndexValue.Of(1, type.DType),
            "zeros" or "zeros_like" or "new_zeros" => IndexValue.Of(0, type.DType),
            "full" or "full_like" or "new_full" => Constant(node, "fill_value", type),
            "scalar_tensor" => Constant(node, "s", type),
            _ => null,
        };
    }

    private static IndexValue? Constant(Node node, string parameter, TensorType type) => node.Argument(parameter) switch
    {
        ScalarArgument { Scalar: { Kind: ScalarKind.Integer } scalar } when type.DType == DType.Int64 =>
            IndexValue.Of(scalar.Integer, Enumerable.Repeat((Dim)0, type.Rank), type.Shape),
        _ => node.Number(parameter) is { } number ? IndexValue.Of(number, type.DType) : null,
    };

    private static IndexValue? Sequence(Node node, TensorType type)
    {
        var start = Integer(node, "start", 0);
        var step = Integer(node, "step", 1);
        return type.DType == DType.Int64 && start is not null && step is not null ? IndexValue.Of(start.Value, [step.Value], type.Shape) : null;
    }

    private static Dim? Integer(Node node, string parameter, Dim absent)
    {
        if (node.Operator.Schema.Arguments.All(argument => argument.Name != parameter))
            return absent;
        return node.Argument(parameter) is ScalarArgument { Scalar: { Kind: ScalarKind.Integer } scalar } ? scalar.Integer : (Dim?)null;
    }
}
