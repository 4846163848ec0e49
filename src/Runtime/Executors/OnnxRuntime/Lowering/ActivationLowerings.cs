using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Activations.</summary>
internal static class ActivationLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::relu", Relu);
        table.Add("aten::sigmoid", node => ElementwiseLowerings.Unary(node, KernelTypes.Functions, x => Sigmoid(node, x)));
        table.Add("aten::tanh", node => ElementwiseLowerings.Unary(node, KernelTypes.Functions, x => node.Emit("Tanh", [x])));
        table.Add("aten::silu", node => ElementwiseLowerings.Unary(node, KernelTypes.Functions, x => Silu(node, x)));
        table.Add("aten::gelu", Gelu);

        // Training is refused at import.
        table.Add("aten::dropout", node => node.Return(node.Input("input")));
    }

    private static bool Relu(NodeLowering node) => node.Result.DType.IsFloating()
        ? ElementwiseLowerings.Unary(node, KernelTypes.Functions, x => node.Emit("Relu", [x]))
        : ElementwiseLowerings.Unary(node, KernelTypes.Extremes, x => node.Emit("Max", [x, node.Number(node.Result.DType.ComputedIn(KernelTypes.Extremes)!.Value, 0)]));

    /// <summary>In float64 it is written out: ONNX Runtime fuses x · Sigmoid(x) to an operator that it has for float32 only, and then fails.</summary>
    private static string Sigmoid(NodeLowering node, string x) => node.Result.DType == DType.Float64
        ? node.Emit("Reciprocal", [OnePlusExp(node, x)])
        : node.Emit("Sigmoid", [x]);

    private static string Silu(NodeLowering node, string x) => node.Result.DType == DType.Float64
        ? node.Emit("Div", [x, OnePlusExp(node, x)])
        : node.EmitMicrosoft("QuickGelu", [x], Attributes.Float("alpha", 1));

    /// <summary>1 + e⁻ˣ.</summary>
    private static string OnePlusExp(NodeLowering node, string x) =>
        node.Emit("Add", [node.Emit("Exp", [node.Emit("Neg", [x])]), node.Number(DType.Float64, 1)]);

    private static bool Gelu(NodeLowering node) =>
        ElementwiseLowerings.Unary(node, KernelTypes.SingleFunctions, x => node.Emit("Gelu", [x], Attributes.Text("approximate", node.Text("approximate"))));
}
