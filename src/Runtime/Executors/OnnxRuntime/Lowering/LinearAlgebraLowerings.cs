using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Products of matrices.</summary>
internal static class LinearAlgebraLowerings
{
    private const string AmxLinear = "amx";

    public static void Register(LoweringTable table) => table.Add("aten::linear", Linear);

    /// <summary>x·wᵀ + b. The weight stays as PyTorch has it; ONNX Runtime packs it transposed when the session is created.</summary>
    private static bool Linear(NodeLowering node)
    {
        if (node.Result.DType is not (DType.Float32 or DType.Float64))
            return node.Decline($"no product of {node.Result.DType.Name()} on the processor");
        if (node.Weight("weight") is not null && node.Implementation == AmxLinear)
            return node.Decline("the processor's matrix unit is faster");
        string product = node.EmitMicrosoft("FusedMatMul", [node.Input("input"), node.Input("weight")], Attributes.Int("transB", 1));
        return node.Return(node.Has("bias") ? node.Emit("Add", [product, node.Input("bias")]) : product);
    }
}
