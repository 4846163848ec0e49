using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>The parts of <c>scale · q·kᵀ + mask</c>, which models write with the scale on the product, on q, on k, or shared between them.</summary>
/// <param name="Query">[batch..., L, E].</param>
/// <param name="Key">[batch..., S, E], the same batch.</param>
/// <param name="Mask">What is added, of q's element type and broadcast to [batch..., L, S]; null for nothing.</param>
/// <param name="Scale">The factor of the product.</param>
internal sealed record WrittenLogits(Value Query, Value Key, Value? Mask, double Scale)
{
    /// <summary>Takes logits apart, or gives null where they are none.</summary>
    public static WrittenLogits? Of(Value logits, GraphBuilder graph)
    {
        if (graph.NodeOf(logits) is { } sum && sum.Operator.Name == "aten::add.Tensor" && sum.Is("alpha", 1))
        {
            var (a, b) = (sum.Tensor("self")!.Value, sum.Tensor("other")!.Value);
            return Product(a, b, sum.OutputTypes[0], graph) ?? Product(b, a, sum.OutputTypes[0], graph);
        }

        return Product(logits, null, graph.TypeOf(logits), graph);
    }

    private static WrittenLogits? Product(Value scaled, Value? mask, TensorType type, GraphBuilder graph)
    {
        var (value, scale) = Unscaled(scaled, graph);
        if (graph.NodeOf(value) is not { } product || product.Operator.Name != "aten::matmul" || product.OutputTypes[0] != type)
            return null;
        var (query, ofQuery) = Unscaled(product.Tensor("self")!.Value, graph);
        var (turned, ofKey) = Unscaled(product.Tensor("other")!.Value, graph);
        if (Transposed(turned, graph) is not { } transposed)
            return null;
        var (key, inside) = Unscaled(transposed, graph);
        var (q, k) = (graph.TypeOf(query), graph.TypeOf(key));
        bool fits = type.DType.IsFloating() && q.DType == type.DType && k.DType == type.DType
            && q.Rank == type.Rank && k.Rank == type.Rank && q.Shape.AsSpan()[..^2].SequenceEqual(k.Shape.AsSpan()[..^2])
            && (mask is not { } added || (graph.TypeOf(added).DType == type.DType && IsExpandable(graph.TypeOf(added).Shape, type.Shape)));
        return fits ? new(query, key, mask, scale * ofQuery * ofKey * inside) : null;
    }

    // Factors on the way to a value that has none.
    private static (Value Value, double Scale) Unscaled(Value value, GraphBuilder graph)
    {
        double scale = 1;
        while (graph.NodeOf(value) is { } node && node.Operator.Name is "aten::mul.Scalar" or "aten::div.Scalar"
            && node.Number("other") is { } number && node.OutputTypes[0] == graph.TypeOf(node.Tensor("self")!.Value))
        {
            scale *= node.Operator.Schema.Name == "mul" ? number : 1 / number;
            value = node.Tensor("self")!.Value;
        }

        return (value, scale);
    }

    // x where the value is x with its last two axes exchanged.
    private static Value? Transposed(Value value, GraphBuilder graph)
    {
        if (graph.NodeOf(value) is not { } node || node.OutputTypes.Length != 1)
            return null;
        int rank = node.OutputTypes[0].Rank;
        bool exchanges = node.Operator.Name switch
        {
            "aten::transpose.int" => node.Axis("dim0", rank) + node.Axis("dim1", rank) == (2 * rank) - 3 && Math.Abs(node.Axis("dim0", rank) - node.Axis("dim1", rank)) == 1,
            "aten::permute" => node.Dims("dims").Select(dim => dim.Value < 0 ? dim.Value + rank : dim.Value)
                .SequenceEqual([.. Enumerable.Range(0, rank - 2).Select(axis => (long)axis), rank - 1, rank - 2]),
            _ => false,
        };
        return exchanges ? node.Tensor("self") : null;
    }

    private static bool IsExpandable(Shape shape, Shape to)
    {
        for (int i = 1; i <= shape.Rank; i++)
        {
            if (i > to.Rank || !(shape[^i].Equals(1) || shape[^i].Equals(to[^i])))
                return false;
        }

        return true;
    }
}
