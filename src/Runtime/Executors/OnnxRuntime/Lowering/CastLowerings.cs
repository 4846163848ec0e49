using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Conversions between element types, and copies, which are none here.</summary>
internal static class CastLowerings
{
    public static void Register(LoweringTable table)
    {
        foreach (string name in (string[])["alias", "clone", "contiguous", "detach", "lift_fresh", "lift_fresh_copy", "_to_copy", "to.device", "to.dtype", "to.dtype_layout", "to.other", "type_as"])
            table.Add($"aten::{name}", node => node.Return(node.Rounded("self", node.Result.DType, node.Result.DType)));
        table.Add("aten::copy", Copy);
    }

    private static bool Copy(NodeLowering node)
    {
        var dtype = node.Result.DType;
        return node.Return(node.Expand(node.Rounded("src", dtype, dtype), node.Type("src").Shape, node.Result));
    }

    /// <summary>A value repeated to a type's sizes.</summary>
    public static string Expand(this NodeLowering node, string value, Shape from, TensorType to)
    {
        if (from == to.Shape)
            return value;

        // ONNX Runtime takes an Expand from 1 to 0 for one that does nothing, and leaves it out.
        if (to.Shape.Any(size => size.Equals(0)))
            return node.Fill(to, 0);
        var computed = to.DType.ComputedIn(KernelTypes.Repetition)!.Value;
        return node.Cast(node.Emit("Expand", [node.Cast(value, to.DType, computed), node.SizeList(to.Shape.AsSpan())]), computed, to.DType);
    }
}
