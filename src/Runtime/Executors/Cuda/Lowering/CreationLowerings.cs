using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Tensors of one number, and arithmetic sequences.</summary>
internal static class CreationLowerings
{
    public static void Register(LoweringTable table)
    {
        foreach (string name in (string[])["empty.memory_format", "empty_like", "new_empty", "new_zeros", "zeros", "zeros_like"])
            table.Add($"aten::{name}", node => Fill(node, 0));
        foreach (string name in (string[])["new_ones", "ones", "ones_like"])
            table.Add($"aten::{name}", node => Fill(node, 1));
        foreach (string name in (string[])["full", "full_like", "new_full"])
            table.Add($"aten::{name}", node => Fill(node, node.Scalar("fill_value")));
        table.Add("aten::scalar_tensor", node => Fill(node, node.Scalar("s")));
        table.Add("aten::arange", node => Sequence(node, 0, 1));
        table.Add("aten::arange.start", node => Sequence(node, node.Scalar("start"), 1));
        table.Add("aten::arange.start_step", node => Sequence(node, node.Scalar("start"), node.Scalar("step")));
    }

    private static bool Fill(NodeLowering node, Scalar number) => node.Define((scope, _) => scope.Rounded(number, node.Result.DType));

    /// <summary>start + step · i in int64, in float64, or in float32 for the 16-bit types, then converted.</summary>
    private static bool Sequence(NodeLowering node, Scalar start, Scalar step) => node.Define((scope, index) =>
    {
        var dtype = node.Result.DType;
        var computed = !dtype.IsFloating() ? DType.Int64 : CTypes.Computed(dtype) != dtype ? DType.Float32 : DType.Float64;
        var place = scope.Cast(scope.Size(index[0]), DType.Int64, computed);
        return scope.Cast(scope.Call("({0} + {1} * {2})", computed, scope.Rounded(start, computed), scope.Rounded(step, computed), place), computed, dtype);
    });
}
