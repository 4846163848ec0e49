using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

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

    private static bool Fill(NodeLowering node, Scalar number)
    {
        var (dtype, shape) = (node.Result.DType, node.Result.Shape);
        if (number.Kind != ScalarKind.Float && !number.Integer.IsConstant)
            return node.Return(node.Expand(node.NumberOf(number, dtype, dtype), Shape.Scalar, node.Result));
        return node.Return(shape.Rank == 0 ? node.Number(dtype, number) : node.Fill(node.Result, number));
    }

    /// <summary>A known number in all places of a type.</summary>
    public static string Fill(this NodeLowering node, TensorType type, Scalar number) =>
        node.Emit("ConstantOfShape", [node.SizeList(type.Shape.AsSpan())], Attributes.Value("value", ConstantFill.Of(type.DType, [1], number)));

    /// <summary>
    /// start + step · i for i below the length that the fake says. ONNX's Range would count the length by itself, and adds up step by step.
    /// Like ours, numbers are computed in int64, in float64, or in float32 for the 16-bit types, and then converted.
    /// </summary>
    private static bool Sequence(NodeLowering node, Scalar start, Scalar step)
    {
        var dtype = node.Result.DType;
        var computed = !dtype.IsFloating() ? DType.Int64 : dtype.Size() == 2 ? DType.Float32 : DType.Float64;
        string value = node.Emit("Range", [node.Number(DType.Int64, 0), node.ScalarSize(node.Result.Shape[0]), node.Number(DType.Int64, 1)]);
        value = node.Convert(value, DType.Int64, computed);
        if (step != 1)
            value = node.Emit("Mul", [value, node.NumberOf(step, computed, computed)]);
        if (start != 0)
            value = node.Emit("Add", [value, node.NumberOf(start, computed, computed)]);
        return node.Return(node.Convert(value, computed, dtype));
    }
}
