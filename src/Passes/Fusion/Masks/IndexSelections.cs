using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Index values under operators that choose elements, and under sums along an axis.</summary>
internal static class IndexSelections
{
    /// <summary>What is known of the result; null for other operators and unknown operands.</summary>
    public static IndexValue? Compute(string name, Node node, IndexValues values)
    {
        var type = node.OutputTypes[0];
        switch (name)
        {
            case "where":
                return Chosen(node.Argument("condition"), node.Argument("self"), node.Argument("other"), type, values);
            case "masked_fill":
                return Chosen(node.Argument("mask"), node.Argument("value"), node.Argument("self"), type, values);
        }

        if (node.Arguments.Length == 0 || node.Arguments[0] is not TensorArgument { Value: var self } || values.Of(self) is not { } known)
            return null;
        return name switch
        {
            // A position out of bounds is an error, which a value that nothing reads does not raise either.
            "index" => known as IndexValue.Everywhere,
            "cumsum" => known is IndexValue.Everywhere { Number: 0 } ? known : null,
            "tril" => Triangle(known, type, node.Dim("diagonal"), 1),
            "triu" => Triangle(known, type, -node.Dim("diagonal"), -1),
            _ => null,
        };
    }

    private static IndexValue? Chosen(Argument condition, Argument yes, Argument no, TensorType type, IndexValues values)
    {
        if (values.Of(condition, DType.Bool) is not { } mask)
            return null;
        var (a, b) = (values.Of(yes, type.DType), values.Of(no, type.DType));
        switch (mask.Value)
        {
            case IndexValue.Everywhere { Number: var truth }:
                return (truth != 0 ? a : b) is { } chosen ? Converted(chosen.Value.Broadcast(chosen.Rank, type.Rank), type) : null;
            case IndexValue.Where where when where.Broadcast(mask.Rank, type.Rank) is IndexValue.Where spread
                && a?.Value is IndexValue.Everywhere x && b?.Value is IndexValue.Everywhere y
                && Converted(x, type) is IndexValue.Everywhere first && Converted(y, type) is IndexValue.Everywhere second:
                var (here, there) = (where.Yes != 0 ? first : second, where.No != 0 ? first : second);
                return IndexValue.Of(spread.Form, here.Number, there.Number, type.Shape);
            default:
                return null;
        }
    }

    private static IndexValue? Converted(IndexValue value, TensorType type) =>
        value is IndexValue.Affine ? (type.DType == DType.Int64 ? value : null) : value.Map(number => number, type);

    // tril keeps column ≤ row + diagonal, triu keeps column ≥ row + diagonal.
    private static IndexValue? Triangle(IndexValue known, TensorType type, Dim margin, int sign)
    {
        if (known is not IndexValue.Everywhere { Number: var number })
            return null;
        var steps = Enumerable.Range(0, type.Rank).Select(axis => (Dim)(axis == type.Rank - 2 ? sign : axis == type.Rank - 1 ? -sign : 0));
        var form = new IndexValue.Affine(margin, steps.Select((step, axis) => type.Shape[axis].Equals(1) ? 0 : step).ToEquatableArray());
        return IndexValue.Of(form, number, 0, type.Shape);
    }
}
