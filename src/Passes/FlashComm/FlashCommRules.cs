using Evergraph.CustomOps.Layers;
using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// The algebra of communication on a tensor-parallel graph. With n tokens on r ranks, a shard has c = ⌈n/r⌉ rows;
/// <c>all_gather</c> drops the pad rows that <c>reduce_scatter</c> and <c>token_shard</c> add, so it undoes both.
/// </summary>
internal sealed class FlashCommRules(FlashCommOptions options)
{
    private const string Linear = "aten::linear";
    private const string RowLinear = "evergraph::row_linear_maybe_flashcomm_fp";
    private const string ColumnLinear = "evergraph::column_linear_maybe_flashcomm_fp";

    private readonly EffectiveFlashComm _effective = FlashCommOptions.Resolve(options, null);

    /// <summary>Reads <c>x = all_gather(token_shard(x))</c> from left to right.</summary>
    public static RewriteRule Undo { get; } = new(
        "all_gather(token_shard(x)) = x",
        Pattern.Op("gather", CollectiveNames.AllGather, Pattern.Op("shard", CollectiveNames.TokenShard, Pattern.Any("x"))),
        match => SameCut(match.Node("shard"), match.Node("gather")) && match.Node("gather").OutputTypes[0] == match.TypeOf("x"),
        (match, _) => [match["x"]]);

    /// <summary>Compile options are the strongest source: they hold for maybe-FlashComm nodes that layers made, too.</summary>
    public RewriteRule Obey => new(
        "maybe(x; threshold, enabled) = maybe(x; those of the compile options)",
        Pattern.Op("node", OperatorTraits.MaybeOverlap),
        match => !Obeyed(match.Node("node")).Equals(match.Node("node").Arguments),
        (match, rewriter) => rewriter.Add(match.Node("node").Operator, Obeyed(match.Node("node"))));

    /// <summary>The algebra of communication, the most specific rule first.</summary>
    public IReadOnlyList<RewriteRule> Communication =>
    [
        new(
            "all_reduce(x) = all_gather(reduce_scatter(x))",
            Pattern.Op("reduce", CollectiveNames.AllReduce, Pattern.Any("x")),
            match => match.TypeOf("x").Rank >= 2,
            SplitReduction),
        new(
            "reduce_scatter(linear(x, w)) = row_linear_maybe_flashcomm(x, w) when w is cut by input features",
            Pattern.Op("scatter", CollectiveNames.ReduceScatter, Pattern.Op("linear", Linear, Pattern.Any("x"), Pattern.Any("w"))),
            match => IsCut(match, axis: 1) && match.Argument("linear", "bias") is NoneArgument && IsTokenAxis(match.Node("scatter"), match.TypeOf("x")),
            (match, rewriter) => rewriter.Add(
                RowLinear,
                ("x", new TensorArgument(match["x"])),
                ("weight", new TensorArgument(match["w"])),
                ("bias", Argument.None),
                ("tp_size", match.Argument("scatter", "tp_size")),
                ("threshold", new DimArgument(_effective.Threshold)),
                ("enabled", new BoolArgument(_effective.Enabled)),
                ("group", match.Argument("scatter", "group")))),
        new(
            "linear(all_gather(x), w, b) = column_linear_maybe_flashcomm(x, w, b) when w is cut by output features",
            Pattern.Op("linear", Linear, Pattern.Op("gather", CollectiveNames.AllGather, Pattern.Any("x")), Pattern.Any("w")),
            match => IsCut(match, axis: 0) && IsTokenAxis(match.Node("gather"), match.TypeOf("x")),
            (match, rewriter) => rewriter.Add(
                ColumnLinear,
                ("x", new TensorArgument(match["x"])),
                ("weight", new TensorArgument(match["w"])),
                ("bias", match.Argument("linear", "bias")),
                ("num_tokens", match.Argument("gather", "size")),
                ("tp_size", match.Argument("gather", "tp_size")),
                ("threshold", new DimArgument(_effective.Threshold)),
                ("enabled", new BoolArgument(_effective.Enabled)),
                ("group", match.Argument("gather", "group")))),
        new(
            "all_gather_features(column_linear(x, w)) = column_linear(x, w, gather_output)",
            Pattern.Op("gather", CollectiveNames.AllGather, Pattern.Op("column", ColumnLinear, Pattern.Any("x"))),
            match => match.Argument("column", "gather_output") is BoolArgument { Truth: false } && IsLastAxis(match.Node("gather")),
            GatherInside),
        new(
            "token_shard(all_gather(x)) = x",
            Pattern.Op("shard", CollectiveNames.TokenShard, Pattern.Op("gather", CollectiveNames.AllGather, Pattern.Any("x"))),
            match => SameCut(match.Node("shard"), match.Node("gather")),
            (match, _) => [match["x"]]),
        new(
            "f(x, all_gather(y)) = all_gather(f(token_shard(x), y)) when f works token by token",
            Pattern.Op("f", OperatorTraits.None),
            match => match.Node("f").Operator.AxisRule is not null && GatherMoving.Find(match.Node("f"), match.Graph) is not null,
            (match, rewriter) => GatherMoving.Move(match.Node("f"), rewriter)),
    ];

    // The reduced value is [..., tokens, features].
    private static Value[] SplitReduction(Match match, RuleRewriter rewriter)
    {
        int axis = match.TypeOf("x").Rank - 2;
        var parts = rewriter.Add(
            CollectiveNames.ReduceScatter,
            ("x", new TensorArgument(match["x"])),
            ("dim", new DimArgument(axis)),
            ("tp_size", match.Argument("reduce", "tp_size")),
            ("group", match.Argument("reduce", "group")));
        return rewriter.Add(
            CollectiveNames.AllGather,
            ("x", new TensorArgument(parts[0])),
            ("dim", new DimArgument(axis)),
            ("size", new DimArgument(match.TypeOf("x").Shape[axis])),
            ("tp_size", match.Argument("reduce", "tp_size")),
            ("group", match.Argument("reduce", "group")));
    }

    private static Value[] GatherInside(Match match, RuleRewriter rewriter)
    {
        var column = match.Node("column");
        var arguments = column.Arguments.ToArray();
        arguments[column.Operator.Schema.IndexOf("gather_output")] = new BoolArgument(true);
        return rewriter.Add(column.Operator, EquatableArray<Argument>.Own(arguments));
    }

    // The layer says row or column by how its weight is cut; shapes say nothing.
    private static bool IsCut(Match match, int axis) => match.Graph.ParameterOf(match["w"])?.Sharding?.Axis == axis;

    private static bool IsTokenAxis(Node collective, TensorType x) => x.Rank >= 2 && collective.Dim("dim").Equals(x.Rank - 2);

    private static bool IsLastAxis(Node gather) => gather.Dim("dim").Equals(gather.OutputTypes[0].Rank - 1);

    private static bool SameCut(Node shard, Node gather) =>
        shard.Dim("dim").Equals(gather.Dim("dim")) && shard.Dim("tp_size").Equals(gather.Dim("tp_size"))
        && shard.Argument("group").Equals(gather.Argument("group"));

    private EquatableArray<Argument> Obeyed(Node node)
    {
        var arguments = node.Arguments.ToArray();
        if (options.Threshold is { } threshold)
            arguments[node.Operator.Schema.IndexOf("threshold")] = new DimArgument(threshold);
        if (options.Enabled is { } enabled)
            arguments[node.Operator.Schema.IndexOf("enabled")] = new BoolArgument(enabled);
        return EquatableArray<Argument>.Own(arguments);
    }
}
