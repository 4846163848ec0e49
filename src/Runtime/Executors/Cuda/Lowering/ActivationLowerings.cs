using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Activations.</summary>
/// <remarks>
/// The reference computes gelu in float64, where 1 + erf and 1 + tanh keep enough digits. In float32 they do not for negative x, so here
/// 1 + erf(x) is erfc(−x), and (1 + tanh(u)) / 2 is 1 / (1 + e^−2u).
/// </remarks>
internal static class ActivationLowerings
{
    public static void Register(LoweringTable table)
    {
        ElementwiseLowerings.Function(table, "silu", "({0} / (1 + exp_of(-{0})))");
        ElementwiseLowerings.Function(table, "sigmoid", "(1 / (1 + exp_of(-{0})))");
        ElementwiseLowerings.Function(table, "tanh", "tanh_of({0})");
        table.Add("aten::relu", node => ProductLowering.TryActivate(node, ProductEpilogue.Relu, ProductEpilogue.ReluBias)
            || ElementwiseLowerings.Unary(node, ElementwiseLowerings.Extreme("maximum", node.Result.DType), 0));
        table.Add("aten::gelu", node => node.Text("approximate") == "tanh" ? GeluByTanh(node) : ElementwiseLowerings.Unary(node, "({0} / 2 * erfc_of(-{0} * {1}))", Math.Sqrt(0.5)));

        // Training is refused at import.
        table.Add("aten::dropout", node => node.View(node.Tensor("input"), index => index));
    }

    /// <summary>x / (1 + e^−2u) with u = √(2/π) · (x + 0.044715 x³).</summary>
    private static bool GeluByTanh(NodeLowering node) => ProductLowering.TryActivate(node, ProductEpilogue.Gelu, ProductEpilogue.GeluBias) || node.Define((scope, index) =>
    {
        var dtype = node.Result.DType;
        return scope.Call(
            "({0} / (1 + exp_of(-{0} * ({1} + {2} * {0} * {0}))))", dtype, scope.At(node.Tensor("self"), index),
            scope.Constant(2 * Math.Sqrt(2 / Math.PI), dtype), scope.Constant(2 * Math.Sqrt(2 / Math.PI) * 0.044715, dtype));
    });
}
