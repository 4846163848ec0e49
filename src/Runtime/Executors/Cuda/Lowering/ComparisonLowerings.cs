using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Comparisons, and selection by a mask.</summary>
internal static class ComparisonLowerings
{
    public static void Register(LoweringTable table)
    {
        foreach (var (name, sign) in ((string, string)[])[("eq", "=="), ("ne", "!="), ("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">=")])
        {
            table.Add($"aten::{name}.Tensor", node => Compare(node, sign));
            table.Add($"aten::{name}.Scalar", node => Compare(node, sign));
        }

        table.Add("aten::isnan", IsNaN);
        foreach (string name in (string[])["where.self", "where.Scalar", "where.ScalarOther", "where.ScalarSelf"])
            table.Add($"aten::{name}", node => Select(node, "condition", "self", "other"));
        table.Add("aten::masked_fill.Scalar", node => Select(node, "mask", "value", "self"));
        table.Add("aten::masked_fill.Tensor", node => Select(node, "mask", "value", "self"));
    }

    /// <summary>Both sides are compared in their common type, rounded to it.</summary>
    private static bool Compare(NodeLowering node, string sign)
    {
        var self = node.Tensor("self").Type;
        var common = node.OptionalTensor("other") is { } other ? Promotion.Of(self, other.Type) : Promotion.Of(self.DType, node.Scalar("other"));
        return node.Define((scope, index) => scope.Call(
            $"({{0}} {sign} {{1}})", DType.Bool, scope.Rounded(node, "self", index, common), scope.Rounded(node, "other", index, common)));
    }

    private static bool IsNaN(NodeLowering node) => node.Define((scope, index) => node.Tensor("self").Type.DType.IsFloating()
        ? scope.Call("({0} != {0})", DType.Bool, scope.At(node.Tensor("self"), index))
        : scope.Constant(false, DType.Bool));

    /// <summary>Both choices are computed, so that vectors of them can be loaded: neither is outside its tensor.</summary>
    private static bool Select(NodeLowering node, string mask, string yes, string no)
    {
        var dtype = node.Result.DType;
        return node.Define((scope, index) => scope.Call(
            "({0} ? {1} : {2})", dtype, scope.Broadcast(node.Tensor(mask), index), scope.Rounded(node, yes, index, dtype), scope.Rounded(node, no, index, dtype)));
    }
}
