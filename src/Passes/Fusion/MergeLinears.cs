using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Merges linear layers that read the same input, such as the query, key and value projections, or gate and up: one product
/// with the weights one below the other, whose result is split. The input is read once, and one wide product fills the
/// processor better than several narrow ones.
/// </summary>
/// <remarks>
/// <para>The weights become one parameter, and are copied when it is first read as one; a device takes them from where they lie. The old
/// ones are gone from the graph unless something else reads them, but the graph before the pass still has them: for as long as a caller keeps
/// it, merged weights that were copied are in memory twice.</para>
/// <para>Of weights that are cut by output features, rank r's part must be what r's parts of the layers are, one below the other:
/// the whole data is laid out rank by rank.</para>
/// <para>Layers are merged in node order, but those that an activation gates come first, as fused gates expect.</para>
/// </remarks>
public sealed class MergeLinears : IPass
{
    private static readonly string[] Linears =
    [
        "aten::linear",
        "evergraph::linear_w8a8",
        "evergraph::linear_w8a8_dynamic",
        "evergraph::column_linear_maybe_flashcomm_fp",
        "evergraph::column_linear_maybe_flashcomm_w8a8",
    ];

    // What has a row, or an element, for each output feature.
    private static readonly string[] ByFeature = ["weight", "weight_scale", "bias"];

    private static readonly string[] Gates = ["aten::silu", "aten::sigmoid"];

    /// <inheritdoc/>
    public string Name => "merge-linears";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        var groups = Find(graph);
        if (groups.Count == 0)
            return PassResult.Unchanged(graph);
        var rewriter = new GraphRewriter(graph);
        var rewrites = new List<Rewrite>();
        var names = new ParameterNames(graph);
        var merged = new HashSet<int>();
        var parameters = new Dictionary<EquatableArray<GraphParameter>, Value>();
        Value Parameter(EquatableArray<GraphParameter> parts)
        {
            if (!parameters.TryGetValue(parts, out var value))
                parameters[parts] = value = rewriter.Builder.AddParameter(MergedParameter.Of(parts, names));
            return value;
        }

        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            if (merged.Contains(i))
                continue;
            if (!groups.TryGetValue(i, out var group))
            {
                rewriter.Copy(i);
                continue;
            }

            var parts = Merge(graph, rewriter, group, Parameter, context.Registry);
            for (int part = 0; part < group.Length; part++)
                rewriter[graph.ResultOf(group[part])] = parts[part];
            merged.UnionWith(group);
            rewrites.Add(new("linear(x, v), linear(x, w) = split(linear(x, [v; w]))", string.Join(", ", group.Select(member => graph.Nodes[member].ToString()))));
        }

        return new(rewriter.Finish(), rewrites);
    }

    /// <summary>Groups of nodes by their first one.</summary>
    private static Dictionary<int, int[]> Find(TensorGraph graph)
    {
        var mutated = MutatedParameters.Of(graph);
        var gated = graph.Nodes.Where(node => Gates.Contains(node.Operator.Name)).SelectMany(node => node.Operands).ToHashSet();
        return Enumerable.Range(0, graph.Nodes.Length)
            .Where(i => IsMergeable(graph, graph.Nodes[i], mutated))
            .GroupBy(i => KeyOf(graph, graph.Nodes[i]))
            .Select(group => group.ToArray())
            .Where(group => group.Length > 1 && group.Sum(i => ParameterOf(graph, graph.Nodes[i], "weight")!.Data.ByteCount) <= Array.MaxLength)
            .ToDictionary(group => group[0], group => group.OrderBy(i => gated.Contains(graph.ResultOf(i)) ? 0 : 1).ToArray());
    }

    private static bool IsMergeable(TensorGraph graph, Node node, HashSet<string> mutated)
    {
        if (!Linears.Contains(node.Operator.Name) || ParameterOf(graph, node, "weight") is not { Type.Rank: 2 } weight)
            return false;
        if (weight.Sharding is { Axis: not 0 } || (node.Operator.Schema.Arguments.Any(argument => argument.Name == "gather_output") && node.IsTrue("gather_output")))
            return false;
        foreach (string name in Present(node))
        {
            if (ParameterOf(graph, node, name) is not { } parameter || mutated.Contains(parameter.Name) || parameter.Sharding != weight.Sharding
                || parameter.Type.Rank == 0 || !parameter.Type.Shape[0].Equals(weight.Type.Shape[0]))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string> Present(Node node) => node.Operator.Schema.Arguments
        .Select(argument => argument.Name)
        .Where(name => ByFeature.Contains(name) && node.Argument(name) is not NoneArgument);

    private static GraphParameter? ParameterOf(TensorGraph graph, Node node, string parameter) =>
        node.Argument(parameter) is TensorArgument { Value: var value } ? graph.ParameterOf(value) : null;

    // Two layers merge when they differ in nothing but what has an entry for each output feature, and how many those are.
    private static (string Operator, EquatableArray<Argument> Arguments, EquatableArray<string> Parameters) KeyOf(TensorGraph graph, Node node)
    {
        var arguments = node.Arguments.ToArray();
        foreach (string name in Present(node))
            arguments[node.Operator.Schema.IndexOf(name)] = Argument.None;
        var parameters = Present(node).Select(name => ParameterOf(graph, node, name)!)
            .Select(parameter => $"{parameter.Type.DType} {string.Join(" ", parameter.Type.Shape.Skip(1))} {parameter.Sharding}");
        return (node.Operator.Name, EquatableArray<Argument>.Own(arguments), parameters.ToEquatableArray());
    }

    private static Value[] Merge(TensorGraph graph, GraphRewriter rewriter, int[] group, Func<EquatableArray<GraphParameter>, Value> parameter, OperatorRegistry registry)
    {
        var first = graph.Nodes[group[0]];
        var arguments = rewriter.Rename(first.Arguments).ToArray();
        foreach (string name in Present(first))
        {
            var parts = group.Select(i => ParameterOf(graph, graph.Nodes[i], name)!).ToEquatableArray();
            arguments[first.Operator.Schema.IndexOf(name)] = new TensorArgument(parameter(parts));
        }

        var whole = rewriter.Builder.Add(first.Operator, EquatableArray<Argument>.Own(arguments), first.Source)[0];
        var split = registry.Find("aten::split_with_sizes");
        var sizes = group.Select(i => graph.Nodes[i].OutputTypes[0].Shape[^1]).ToEquatableArray();
        return rewriter.Builder.Add(
            split,
            split.Schema.Arrange(("self", new TensorArgument(whole)), ("split_sizes", new DimListArgument(sizes)), ("dim", new DimArgument(-1))),
            first.Source);
    }
}
