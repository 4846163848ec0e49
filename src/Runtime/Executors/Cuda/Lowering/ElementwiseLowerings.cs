using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Sums, products, functions of one tensor, limits, bits and truth values. Quotients and powers, activations and comparisons have files of their own.</summary>
internal static class ElementwiseLowerings
{
    public static void Register(LoweringTable table)
    {
        foreach (string overload in (string[])["Tensor", "Scalar"])
        {
            table.Add($"aten::add.{overload}", node => Sum(node, "self", "other", "+"));
            table.Add($"aten::sub.{overload}", node => Sum(node, "self", "other", "-"));
            table.Add($"aten::rsub.{overload}", node => Sum(node, "other", "self", "-"));
            table.Add($"aten::mul.{overload}", node => Binary(node, node.Result.DType == DType.Bool ? "({0} && {1})" : "({0} * {1})"));
            table.Add($"aten::bitwise_and.{overload}", node => Bits(node, "&"));
            table.Add($"aten::__and__.{overload}", node => Bits(node, "&"));
            table.Add($"aten::bitwise_or.{overload}", node => Bits(node, "|"));
            table.Add($"aten::__or__.{overload}", node => Bits(node, "|"));
        }

        Function(table, "exp", "exp_of({0})");
        Function(table, "log", "log_of({0})");
        Function(table, "sqrt", "sqrt_of({0})");
        Function(table, "rsqrt", "(1 / sqrt_of({0}))");
        Function(table, "sin", "sin_of({0})");
        Function(table, "cos", "cos_of({0})");
        Function(table, "erf", "erf_of({0})");
        Function(table, "reciprocal", "(1 / {0})");
        Function(table, "neg", "(-{0})");
        Function(table, "abs", "absolute({0})");
        table.Add("aten::floor", node => Round(node, "floor_of({0})"));
        table.Add("aten::ceil", node => Round(node, "ceil_of({0})"));
        table.Add("aten::round", node => Round(node, "round_of({0})"));

        foreach (string name in (string[])["aten::maximum", "aten::max.other"])
            table.Add(name, node => Binary(node, Extreme("maximum", node.Result.DType)));
        foreach (string name in (string[])["aten::minimum", "aten::min.other"])
            table.Add(name, node => Binary(node, Extreme("minimum", node.Result.DType)));
        table.Add("aten::clamp", node => Clamp(node, "min", "max"));
        table.Add("aten::clamp_min", node => Clamp(node, "min", null));
        table.Add("aten::clamp_max", node => Clamp(node, null, "max"));

        table.Add("aten::bitwise_not", node => Unary(node, node.Result.DType == DType.Bool ? "(!{0})" : "(~{0})"));
        table.Add("aten::logical_not", node => node.Define((scope, index) => scope.Call("(!{0})", DType.Bool, scope.Rounded(node, "self", index, DType.Bool))));
        table.Add("aten::logical_and", node => Logical(node, "({0} && {1})"));
        table.Add("aten::logical_or", node => Logical(node, "({0} || {1})"));
    }

    /// <summary>
    /// An operand as an operation takes part with it: an integer tensor with dimensions is rounded to a 16-bit result type first, as in PyTorch;
    /// everything else only becomes the type that is computed in.
    /// </summary>
    public static Expression Operand(ElementScope scope, NodeLowering node, string parameter, Dim[] index, DType dtype)
    {
        if (node.Has(parameter) && node.OptionalTensor(parameter) is null)
            return scope.Constant(node.Scalar(parameter), dtype);
        var tensor = node.Tensor(parameter);
        var computed = tensor.Type.Rank > 0 && !tensor.Type.DType.IsFloating() ? dtype : CTypes.Computed(dtype);
        return scope.Cast(scope.Cast(scope.Broadcast(tensor, index), tensor.Type.DType, computed), CTypes.Computed(computed), CTypes.Computed(dtype));
    }

    /// <summary>An operation on <c>self</c> and <c>other</c> in the result's type.</summary>
    public static bool Binary(NodeLowering node, string text, string first = "self", string second = "other") => node.Define((scope, index) => scope.Call(
        text, node.Result.DType, Operand(scope, node, first, index, node.Result.DType), Operand(scope, node, second, index, node.Result.DType)));

    /// <summary>A function of <c>self</c> in the result's type; a number follows it where one is given.</summary>
    public static bool Unary(NodeLowering node, string text, Scalar? number = null) => node.Define((scope, index) =>
    {
        var x = Operand(scope, node, "self", index, node.Result.DType);
        return number is { } constant
            ? scope.Call(text, node.Result.DType, x, scope.Constant(constant, node.Result.DType))
            : scope.Call(text, node.Result.DType, x);
    });

    /// <summary>Adds an operator that is a function of <c>self</c>.</summary>
    public static void Function(LoweringTable table, string name, string text) => table.Add($"aten::{name}", node => Unary(node, text));

    /// <summary>The larger or the smaller of two, of which one may be a literal of another type of C.</summary>
    public static string Extreme(string name, DType dtype) => $"{name}<{CTypes.Of(CTypes.Computed(dtype))}>({{0}}, {{1}})";

    /// <summary>a ± alpha · b; for bools a or (alpha and b).</summary>
    private static bool Sum(NodeLowering node, string first, string second, string sign)
    {
        var (dtype, alpha) = (node.Result.DType, node.Scalar("alpha"));
        if (dtype != DType.Bool && alpha == 1)
            return Binary(node, $"({{0}} {sign} {{1}})", first, second);
        string text = dtype == DType.Bool ? "({0} || ({1} && {2}))" : $"({{0}} {sign} {{1}} * {{2}})";
        return node.Define((scope, index) => scope.Call(
            text, dtype, Operand(scope, node, first, index, dtype), scope.Constant(alpha, dtype), Operand(scope, node, second, index, dtype)));
    }

    private static bool Bits(NodeLowering node, string sign) => Binary(node, node.Result.DType == DType.Bool ? $"({{0}} {sign}{sign} {{1}})" : $"({{0}} {sign} {{1}})");

    private static bool Logical(NodeLowering node, string text) => node.Define((scope, index) =>
        scope.Call(text, DType.Bool, scope.Rounded(node, "self", index, DType.Bool), scope.Rounded(node, "other", index, DType.Bool)));

    /// <summary>Integers are what they are.</summary>
    private static bool Round(NodeLowering node, string text) => node.Result.DType.IsFloating() ? Unary(node, text) : node.View(node.Tensor("self"), index => index);

    /// <summary>min(max(x, lower), upper); the limits are rounded to the result's type.</summary>
    private static bool Clamp(NodeLowering node, string? lower, string? upper) => node.Define((scope, index) =>
    {
        var dtype = node.Result.DType;
        var x = Operand(scope, node, "self", index, dtype);
        if (lower is not null && node.Has(lower))
            x = scope.Call(Extreme("maximum", dtype), dtype, x, scope.Rounded(node.Scalar(lower), dtype));
        if (upper is not null && node.Has(upper))
            x = scope.Call(Extreme("minimum", dtype), dtype, x, scope.Rounded(node.Scalar(upper), dtype));
        return x;
    });
}
