using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// An abstract interpretation of tensors that depend on positions only: from aranges and constants forward, each value is
/// known as a function of its own coordinates, or not at all.
/// </summary>
/// <remarks>
/// What is said of a value holds for all of its elements at every size; of sizes only what is proven is used. An operator
/// that this does not know makes its results unknown.
/// </remarks>
/// <param name="graph">The graph that the values belong to; it may grow.</param>
/// <param name="mutated">Names of parameters that change between runs.</param>
internal sealed class IndexValues(GraphBuilder graph, IReadOnlySet<string> mutated)
{
    // A chain of mask arithmetic has a dozen steps. A mask that hangs on the layers below it is none.
    private const int MaxDepth = 100;
    private const long MaxConstant = 1024;

    private readonly Dictionary<Value, IndexValue?> _known = [];
    private int _depth;

    /// <summary>What is known of a value, or null.</summary>
    public IndexValue? Of(Value value)
    {
        if (_known.TryGetValue(value, out var known))
            return known;
        if (_depth >= MaxDepth)
            return null;
        _depth++;
        try
        {
            known = graph.NodeOf(value) is { } node ? Compute(node) : graph.ParameterOf(value) is { } parameter ? OfConstant(parameter) : null;
        }
        catch (Exception exception) when (exception is DimOverflowException or DimLimitException)
        {
            known = null;
        }

        _depth--;
        return _known[value] = known;
    }

    /// <summary>A tensor argument's value and shape, or what a number gives as one; null where it is not known.</summary>
    public (IndexValue Value, int Rank)? Of(Argument argument, DType dtype) => argument switch
    {
        TensorArgument { Value: var value } => Of(value) is { } known ? (known, graph.TypeOf(value).Rank) : null,
        ScalarArgument { Scalar: { Kind: not ScalarKind.Float } scalar } => (IndexValue.Of(scalar.Integer, [], Shape.Scalar), 0),
        ScalarArgument { Scalar: var scalar } => IndexValue.Of(scalar.ToDouble(), dtype.IsFloating() ? dtype : DType.Float64) is { } number ? (number, 0) : null,
        _ => null,
    };

    /// <summary>The type of a value.</summary>
    public TensorType TypeOf(Value value) => graph.TypeOf(value);

    private IndexValue? Compute(Node node)
    {
        if (node.OutputTypes.Length != 1)
            return null;
        string name = node.Operator.Schema.Name;
        return node.Operator.Name.StartsWith("aten::", StringComparison.Ordinal)
            ? IndexSources.Compute(name, node)
                ?? IndexViews.Compute(name, node, this)
                ?? IndexArithmetic.Compute(name, node, this)
                ?? IndexSelections.Compute(name, node, this)
            : null;
    }

    private IndexValue? OfConstant(GraphParameter parameter)
    {
        if (parameter.Sharding is not null || mutated.Contains(parameter.Name) || parameter.Data.Elements is 0 or > MaxConstant)
            return null;
        var bytes = parameter.Data.ReadOnlyBytes();
        int width = parameter.Type.DType.Size();
        for (int i = width; i < bytes.Length; i += width)
        {
            if (!bytes.Slice(i, width).SequenceEqual(bytes[..width]))
                return null;
        }

        var number = new double[1];
        Evergraph.CustomOps.Kernels.Casts.Convert(bytes[..width], parameter.Type.DType, System.Runtime.InteropServices.MemoryMarshal.AsBytes(number.AsSpan()), DType.Float64);
        return IndexValue.Of(number[0], parameter.Type.DType);
    }
}
