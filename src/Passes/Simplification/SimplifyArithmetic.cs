using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Removes arithmetic with numbers that change nothing, which models write where a factor is configured.</summary>
/// <remarks>x + 0 of floating-point numbers is left: it makes −0 a 0.</remarks>
public sealed class SimplifyArithmetic : IPass
{
    private static readonly RewriteRule[] Rules =
    [
        Neutral("x · 1 = x", "aten::mul.Scalar", 1, _ => true),
        Neutral("x / 1 = x", "aten::div.Scalar", 1, type => type.DType.IsFloating()),
        Neutral("x + 0 = x", "aten::add.Scalar", 0, type => type.DType.IsInteger()),
        Neutral("x − 0 = x", "aten::sub.Scalar", 0, type => type.DType.IsInteger()),
    ];

    /// <inheritdoc/>
    public string Name => "simplify-arithmetic";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context) => RuleRewriter.Apply(graph, Rules, context);

    private static RewriteRule Neutral(string algebra, string operatorName, double number, Func<TensorType, bool> when) => new(
        algebra,
        Pattern.Op("f", operatorName, Pattern.Any("x")),
        match => match.Node("f").Is("other", number) && match.Node("f").OutputTypes[0] == match.TypeOf("x") && when(match.TypeOf("x")),
        (match, _) => [match["x"]]);
}
