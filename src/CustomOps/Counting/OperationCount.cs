namespace Evergraph.CustomOps;

/// <summary>How many multiplications and additions a node takes, as a size: what profilers and pictures hold its time against.</summary>
/// <remarks>
/// A product of [m, k] and [k, n] is counted 2·m·k·n; attention two products, of which a causal mask leaves half; a convolution twice its
/// weights for each result; whatever only moves elements nothing; everything else, norms too, one for each element that it computes or
/// adds up. On a split graph it is what one rank computes.
/// </remarks>
public static class OperationCount
{
    // The matrix on the left; its last axis is summed over.
    private static readonly Dictionary<string, string> LeftOperand = new(StringComparer.Ordinal)
    {
        ["aten::mm"] = "self",
        ["aten::bmm"] = "self",
        ["aten::mv"] = "self",
        ["aten::dot"] = "self",
        ["aten::matmul"] = "self",
        ["aten::addmm"] = "mat1",
        ["aten::baddbmm"] = "batch1",
    };

    private static readonly HashSet<string> Reductions = new(StringComparer.Ordinal)
    {
        "sum", "mean", "prod", "var", "amax", "amin", "max", "min", "argmax", "argmin", "all", "any", "cumsum",
        "avg_pool2d", "max_pool2d", "max_pool2d_with_indices", "adaptive_avg_pool2d", "_adaptive_avg_pool2d",
    };

    private static readonly HashSet<string> Moves = new(StringComparer.Ordinal)
    {
        "embedding", "index", "index_select", "gather", "index_put", "index_copy", "scatter", "slice_scatter", "select_scatter", "clone", "contiguous", "copy", "_to_copy", "lift_fresh_copy",
    };

    /// <summary>The count of a node of a graph that verifies.</summary>
    /// <exception cref="DimOverflowException">It does not fit in 64 bits.</exception>
    public static Dim Of(TensorGraph graph, Node node)
    {
        var operands = new Operands(graph, node);
        string name = node.Operator.Name, stem = node.Operator.Schema.Name;
        if (LeftOperand.TryGetValue(name, out string? left) && operands[left] is { } matrix)
            return 2 * node.OutputTypes[0].Shape.Elements * matrix[matrix.Rank - 1];
        if (stem.Contains("attention", StringComparison.Ordinal) && Attention(node, operands) is { } attention)
            return attention;
        if (stem.Contains("linear", StringComparison.Ordinal) && Linear(operands) is { } linear)
            return linear;
        if (stem.StartsWith("conv", StringComparison.Ordinal) && operands["weight"] is { Rank: > 2 } kernel && operands["input"] is { } image)
            return 2 * (operands.IsTrue("transposed") ? image : node.OutputTypes[0].Shape).Elements * Dim.FloorDiv(kernel.Elements, kernel[0]);
        if ((node.Operator.Traits & (OperatorTraits.View | OperatorTraits.Reshapes | OperatorTraits.Collective)) != 0 || Moves.Contains(stem) || node.Operands.Length == 0)
            return 0;
        return Reductions.Contains(stem) ? graph.TypeOf(node.Operands[0]).Shape.Elements : node.OutputTypes.Length == 0 ? 0 : node.OutputTypes[0].Shape.Elements;
    }

    // Queries are [..., tokens, heads, features] in grouped-query attention and [..., heads, tokens, features] in PyTorch's. An operator of
    // the user's own that only bears the name has other arguments.
    private static Dim? Attention(Node node, Operands operands)
    {
        var (queries, keys) = (operands["q"] ?? operands["query"], operands["k"] ?? operands["key"]);
        if (queries is null || keys is not { Rank: >= 3 } seen)
            return null;
        var tokens = operands["q"] is null ? seen[seen.Rank - 2] : seen[1];
        var count = 2 * tokens * (node.OutputTypes[0].Shape.Elements + queries.Value.Elements);
        return operands.IsTrue("is_causal") ? Dim.FloorDiv(count, 2) : count;
    }

    // Of a column-parallel layer with token-shards all tokens are multiplied, not only those that come in.
    private static Dim? Linear(Operands operands)
    {
        if (operands["weight"] is not { Rank: 2 } weight || (operands["x"] ?? operands["input"]) is not { Rank: >= 1 } input)
            return null;
        var rows = operands.Size("num_tokens") is { } tokens && input.Rank >= 2 ? input.With(input.Rank - 2, tokens) : input;
        return 2 * rows.Elements * weight[0];
    }

    /// <summary>A node's arguments by name.</summary>
    private readonly struct Operands(TensorGraph graph, Node node)
    {
        public Shape? this[string name] => Argument(name) is TensorArgument tensor ? (Shape?)graph.TypeOf(tensor.Value).Shape : null;

        public bool IsTrue(string name) => Argument(name) is BoolArgument { Truth: true };

        public Dim? Size(string name) => Argument(name) is DimArgument size ? (Dim?)size.Dim : null;

        private Argument? Argument(string name)
        {
            for (int i = 0; i < node.Arguments.Length; i++)
            {
                if (node.Operator.Schema.Arguments[i].Name == name)
                    return node.Arguments[i];
            }

            return null;
        }
    }
}
