using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Sums, products and functions of one tensor. Quotients, powers, comparisons and bits have files of their own.</summary>
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
        }

        Function(table, "exp", "exp_of({0})");
        Function(table, "log", "log_of({0})");
        Function(table, "sqrt", "sqrt_of({0})");
        Function(table, "rsqrt", "(1 / sqrt_of({0}))");
        Function(table, "sin", "sin_of({0})");
        Function(table, "cos", "cos_of({0})");
        Function(table, "reciprocal", "(1 / {0})");
        Function(table, "silu", "({0} / (1 + exp_of(-{0})))");
        Function(table, "sigmoid", "(1 / (1 + exp_of(-{0})))");
        table.Add("aten::neg", node => Unary(node, "(-{0})"));
        table.Add("aten::relu", node => Unary(node, "maximum({0}, {1})", 0));
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

    private static void Function(LoweringTable table, string name, string text) => table.Add($"aten::{name}", node => Unary(node, text));

    /// <summary>a ± alpha · b; for bools a or (alpha and b).</summary>
    private static bool Sum(NodeLowering node, string first, string second, string sign)
    {
        var (dtype, alpha) = (node.Result.DType, node.Scalar("alpha"));
        if (dtype == DType.Bool)
            return Binary(node, alpha.ToBool() ? "({0} || {1})" : "({0} || false)", first, second);
        if (alpha == 1)
            return Binary(node, $"({{0}} {sign} {{1}})", first, second);
        return node.Define((scope, index) => scope.Call(
            $"({{0}} {sign} {{1}} * {{2}})", dtype,
            Operand(scope, node, first, index, dtype), scope.Constant(alpha, dtype), Operand(scope, node, second, index, dtype)));
    }
}
