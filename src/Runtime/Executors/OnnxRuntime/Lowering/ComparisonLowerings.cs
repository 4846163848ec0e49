using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Comparisons, and selection by a mask.</summary>
internal static class ComparisonLowerings
{
    public static void Register(LoweringTable table)
    {
        foreach (string overload in (string[])["Tensor", "Scalar"])
        {
            table.Add($"aten::eq.{overload}", node => Compare(node, "Equal"));
            table.Add($"aten::ne.{overload}", node => Compare(node, "Equal", negated: true));
            table.Add($"aten::lt.{overload}", node => Compare(node, "Less"));
            table.Add($"aten::le.{overload}", node => Compare(node, "LessOrEqual"));
            table.Add($"aten::gt.{overload}", node => Compare(node, "Greater"));
            table.Add($"aten::ge.{overload}", node => Compare(node, "GreaterOrEqual"));
        }

        table.Add("aten::isnan", IsNaN);
        table.Add("aten::where.self", node => Select(node, "condition", "self", "other"));
        table.Add("aten::where.Scalar", node => Select(node, "condition", "self", "other"));
        table.Add("aten::where.ScalarOther", node => Select(node, "condition", "self", "other"));
        table.Add("aten::where.ScalarSelf", node => Select(node, "condition", "self", "other"));
        table.Add("aten::masked_fill.Scalar", node => Select(node, "mask", "value", "self"));
        table.Add("aten::masked_fill.Tensor", node => Select(node, "mask", "value", "self"));
    }

    /// <summary>Both sides are compared in their common type, rounded to it.</summary>
    private static bool Compare(NodeLowering node, string operatorName, bool negated = false)
    {
        var scalar = node.AsScalar("other");
        var common = scalar is { } number ? Promotion.Of(node.Type("self").DType, number) : Promotion.Of(node.Type("self"), node.Type("other"));
        var computed = common.ComputedIn(KernelTypes.Arithmetic)!.Value;
        string left = node.Rounded("self", common, computed);
        string right = scalar is { } known ? node.NumberOf(known, common, computed) : node.Rounded("other", common, computed);
        string result = node.Emit(operatorName, [left, right]);
        return node.Return(negated ? node.Emit("Not", [result]) : result);
    }

    private static bool IsNaN(NodeLowering node)
    {
        var dtype = node.Type("self").DType;
        if (dtype.IsFloating())
            return node.Return(node.Emit("IsNaN", [node.Widen(node.Input("self"), dtype, dtype.ComputedIn(KernelTypes.Functions)!.Value)]));

        // No integer is: the comparison gives the result its sizes.
        string self = node.Widen(node.Input("self"), dtype, dtype.ComputedIn(KernelTypes.Arithmetic)!.Value);
        return node.Return(node.Emit("Not", [node.Emit("Equal", [self, self])]));
    }

    private static bool Select(NodeLowering node, string mask, string yes, string no)
    {
        var dtype = node.Result.DType;
        var computed = dtype.ComputedIn(KernelTypes.Selection)!.Value;
        string Choice(string parameter) => node.AsScalar(parameter) is { } scalar
            ? node.NumberOf(scalar, dtype, computed)
            : node.Rounded(parameter, dtype, computed);
        return node.Return(node.Cast(node.Emit("Where", [node.Input(mask), Choice(yes), Choice(no)]), computed, dtype));
    }
}
