using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using static Evergraph.Runtime.OnnxRuntime.Model.Attributes;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Int8 products. ONNX Runtime is slow on int8 activations and fast on uint8: they are shifted by 128, and so is their zero-point.</summary>
internal static class QuantizedLowerings
{
    private const int Shift = 128;
    private const string MatrixUnit = "amx";

    public static void Register(LoweringTable table) => table.Add("evergraph::linear_w8a8", LinearW8A8);

    /// <summary>
    /// With u = q + 128, Σ(q − z)·w = Σ(u − (z + 128))·w: QuantizeLinear rounds and clamps to uint8 as ours does to int8, and MatMulIntegerToFloat
    /// subtracts the zero-point, multiplies by input_scale·weight_scale[j] and adds the bias.
    /// </summary>
    private static bool LinearW8A8(NodeLowering node)
    {
        if (node.Implementation == MatrixUnit)
            return node.Decline("the processor's matrix unit is faster");
        if (node.Type("x").DType != DType.Float32 || node.Result.DType != DType.Float32)
            return node.Decline($"no int8 product of {node.Type("x").DType.Name()} to {node.Result.DType.Name()}");
        if (node.Weight("weight") is not { } weight || node.Weight("weight_scale") is not { } scale || weight.Elements == 0)
            return node.Decline("a weight that is not constant");
        string inputScale = node.Number(DType.Float32, node.Float("input_scale"));
        string zeroPoint = node.Constant(Tensor.Scalar((byte)(node.Int("input_zero_point") + Shift)));
        string quantized = node.Emit("QuantizeLinear", [node.Input("x"), inputScale, zeroPoint]);
        string bias = node.Has("bias") ? node.Cast(node.Input("bias"), node.Type("bias").DType, DType.Float32) : "";
        return node.Return(node.EmitMicrosoft(
            "MatMulIntegerToFloat",
            [quantized, node.AddWeight("weight.transposed", T.Real(weight)), inputScale, node.AddWeight("weight.scale", Casts.To(scale, DType.Float32)), zeroPoint, "", bias]));
    }
}
