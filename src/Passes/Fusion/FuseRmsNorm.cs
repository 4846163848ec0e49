using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Finds the RMS norms that models write out in elementary operators (Zhang, Sennrich 2019).</summary>
/// <remarks>
/// <para>A 16-bit model writes <c>w · to16(x32 · rsqrt(mean(x32²) + ε))</c>, which rounds the normalized row and then its product
/// with the weight. The fused operator rounds once, after the weight: it differs from the exact result by less than the pattern
/// does, so every result of it is one that the pattern's own roundings allow.</para>
/// <para>Where the weight is float32 and x is not, the pattern's result is float32: it is left, as the fused result has x's type.</para>
/// </remarks>
public sealed class FuseRmsNorm : IPass
{
    private const string Fused = "evergraph::rms_norm";

    private static readonly Pattern X = Pattern.Any("x");

    private static readonly Pattern MeanSquare = Pattern.Op(
        "mean",
        "aten::mean.dim",
        Pattern.Either(Pattern.Op("pow", "aten::pow.Tensor_Scalar", X), Pattern.Op("square", "aten::mul.Tensor", X, X)));

    private static readonly Pattern Biased = Pattern.Op("biased", "aten::add.Scalar", MeanSquare);

    private static readonly Pattern Root = Pattern.Op("sqrt", "aten::sqrt", Biased);

    private static readonly Pattern Normalized = Pattern.Either(
        Pattern.Op(
            "scaled",
            "aten::mul.Tensor",
            X,
            Pattern.Either(Pattern.Op("rsqrt", "aten::rsqrt", Biased), Pattern.Op("reciprocal", "aten::reciprocal", Root))),
        Pattern.Op("quotient", "aten::div.Tensor", X, Root));

    private static readonly RewriteRule[] Rules =
    [
        new(
            "x · rsqrt(mean(x²) + ε) · w = rms_norm(x, w, ε)",
            Pattern.Op("product", "aten::mul.Tensor", Normalized, Pattern.Any("w")),
            match => IsRowNorm(match) && match.Node("product").OutputTypes[0] == match.TypeOf("x") && IsWeight(match, match.TypeOf("x")),
            (match, rewriter) => Norm(rewriter, match["x"], match["w"], match.Node("biased").Number("other")!.Value)),
        new(
            "to16(x32 · rsqrt(mean(x32²) + ε)) · w = rms_norm(x, w, ε) but for roundings that the left side makes, where x32 = to32(x)",
            Pattern.Op("product", "aten::mul.Tensor", Pattern.Op("narrow", CastNames.All, Normalized), Pattern.Any("w")),
            match => IsRowNorm(match) && Wide(match, match["x"]) is { } x
                && match.Node("product").OutputTypes[0] == match.Graph.TypeOf(x)
                && IsCast(match, "narrow", DType.Float32, match.Graph.TypeOf(x).DType)
                && IsWeight(match, match.Graph.TypeOf(x)),
            (match, rewriter) => Norm(rewriter, Wide(match, match["x"])!.Value, match["w"], match.Node("biased").Number("other")!.Value)),
        new(
            "to16(rms_norm(to32(x), w, ε)) = rms_norm(x, w, ε)",
            Pattern.Op("narrow", CastNames.All, Pattern.Op("norm", Fused, Pattern.Any("wide"), Pattern.Any("w"))),
            match => Wide(match, match["wide"]) is { } x && match.Node("narrow").OutputTypes[0] == match.Graph.TypeOf(x),
            (match, rewriter) => Norm(rewriter, Wide(match, match["wide"])!.Value, match["w"], match.Node("norm").Number("eps")!.Value)),
        new(
            "aten::rms_norm(x, [features], w, ε) = rms_norm(x, w, ε)",
            Pattern.Op("norm", "aten::rms_norm", X),
            match => match.Node("norm").Dims("normalized_shape").Length == 1 && match.Argument("norm", "weight") is TensorArgument,
            (match, rewriter) => Norm(
                rewriter,
                match["x"],
                match.Node("norm").Tensor("weight")!.Value,
                match.Node("norm").Number("eps") ?? DefaultEpsilon(match.TypeOf("x").DType))),
    ];

    /// <inheritdoc/>
    public string Name => "fuse-rms-norm";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context) => RuleRewriter.Apply(graph, Rules, context);

    private static Value[] Norm(RuleRewriter rewriter, Value x, Value weight, double epsilon) => rewriter.Add(
        Fused, ("x", new TensorArgument(x)), ("weight", new TensorArgument(weight)), ("eps", new FloatArgument(epsilon)));

    // The mean is that of each row's squares, and what is added to it is a number.
    private static bool IsRowNorm(Match match)
    {
        var (x, mean, biased) = (match.TypeOf("x"), match.Node("mean"), match.Node("biased"));
        return x.Rank >= 1 && x.DType.IsFloating()
            && (!match.Has("pow") || match.Node("pow").Is("exponent", 2))
            && mean.Argument("dim") is DimListArgument { Items: [var axis] } && (axis.Equals(-1) || axis.Equals(x.Rank - 1))
            && mean.IsTrue("keepdim") && mean.OutputTypes[0].DType == x.DType
            && biased.Number("other") is not null && biased.Is("alpha", 1);
    }

    private static bool IsWeight(Match match, TensorType x)
    {
        var weight = match.TypeOf("w");
        return weight.Rank == 1 && weight.DType == x.DType && weight.Shape[0].Equals(x.Shape[^1]);
    }

    // x where the value is to32(x).
    private static Value? Wide(Match match, Value value) =>
        match.Graph.NodeOf(value) is { } cast && cast.Arguments[0] is TensorArgument { Value: var x }
        && match.Graph.TypeOf(x).DType is DType.Float16 or DType.BFloat16
        && CastNames.IsCast(cast, match.Graph, match.Graph.TypeOf(x).DType, DType.Float32) ? x : null;

    private static bool IsCast(Match match, string node, DType from, DType to) => CastNames.IsCast(match.Node(node), match.Graph, from, to);

    // PyTorch's: the distance from 1 to the next number of the type that it computes in.
    private static double DefaultEpsilon(DType dtype) => dtype == DType.Float64 ? Math.BitIncrement(1.0) - 1 : MathF.BitIncrement(1) - 1;
}
