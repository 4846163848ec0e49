using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Conversions between element types. A copy is none: it is a view of what it copies.</summary>
internal static class CastLowerings
{
    public static void Register(LoweringTable table)
    {
        foreach (string name in (string[])["alias", "clone", "contiguous", "detach", "lift_fresh", "lift_fresh_copy", "_to_copy", "to.device", "to.dtype", "to.dtype_layout", "to.other", "type_as"])
            table.Add($"aten::{name}", node => Convert(node, "self"));
        table.Add("aten::copy", node => Convert(node, "src"));
    }

    /// <summary>A tensor, broadcast to the result's sizes, in the result's type.</summary>
    private static bool Convert(NodeLowering node, string parameter) => node.Tensor(parameter) is var tensor && tensor.Type.DType == node.Result.DType
        ? node.View(tensor, index => ViewLowerings.Repeated(tensor.Type.Shape, index))
        : node.Define((scope, index) => scope.Rounded(node, parameter, index, node.Result.DType));
}
