using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Quotients and powers.</summary>
internal static class DivisionLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::div.Tensor", node => Divide(node, null));
        table.Add("aten::div.Scalar", node => Divide(node, null));
        table.Add("aten::div.Tensor_mode", node => Divide(node, Mode(node)));
        table.Add("aten::div.Scalar_mode", node => Divide(node, Mode(node)));
        table.Add("aten::floor_divide", node => Divide(node, "floor"));
        table.Add("aten::floor_divide.Scalar", node => Divide(node, "floor"));
        table.Add("aten::pow.Tensor_Scalar", PowerOfTensor);
        table.Add("aten::pow.Tensor_Tensor", node => ElementwiseLowerings.Binary(node, Power(node.Result.DType), "self", "exponent"));
        table.Add("aten::pow.Scalar", PowerOfNumber);
    }

    private static string? Mode(NodeLowering node) => node.Has("rounding_mode") ? node.Text("rounding_mode") : null;

    private static bool Divide(NodeLowering node, string? rounding)
    {
        var dtype = node.Result.DType;
        if (dtype.IsFloating())
        {
            return ElementwiseLowerings.Binary(node, rounding switch
            {
                "trunc" => "trunc_of({0} / {1})",
                "floor" => "floored_division({0}, {1})",
                _ => "({0} / {1})",
            });
        }

        if (MayBeZero(node, dtype))
            return node.Decline("an integer divisor that may be zero");
        return ElementwiseLowerings.Binary(node, $"{(rounding == "floor" ? "floor_quotient" : "truncated_quotient")}<{CTypes.Of(dtype)}>({{0}}, {{1}})");
    }

    /// <summary>Integers divided by zero are an error, which only the host raises.</summary>
    private static bool MayBeZero(NodeLowering node, DType dtype)
    {
        if (node.OptionalTensor("other") is not null)
            return true;
        var divisor = node.Scalar("other");
        return divisor.Kind != ScalarKind.Float && !divisor.Integer.IsConstant
            ? dtype != DType.Int64 || !(divisor.Integer.Range.Min >= 1 || divisor.Integer.Range.Max <= -1)
            : Casts.To(Casts.ToTensor(divisor, dtype), DType.Int64).ReadOnlySpan<long>()[0] == 0;
    }

    private static string Power(DType dtype) => dtype.IsFloating() ? "pow_of({0}, {1})" : $"integer_power<{CTypes.Of(dtype)}>({{0}}, {{1}})";

    /// <summary>Small and half exponents are products and roots, as in the reference.</summary>
    private static bool PowerOfTensor(NodeLowering node)
    {
        var exponent = node.Scalar("exponent");
        bool isKnown = exponent.Kind == ScalarKind.Float || exponent.Integer.IsConstant;
        if (!node.Result.DType.IsFloating() || !isKnown)
            return ElementwiseLowerings.Binary(node, Power(node.Result.DType), "self", "exponent");
        return exponent.ToDouble() switch
        {
            2 => ElementwiseLowerings.Unary(node, "({0} * {0})"),
            3 => ElementwiseLowerings.Unary(node, "({0} * {0} * {0})"),
            0.5 => ElementwiseLowerings.Unary(node, "sqrt_of({0})"),
            -0.5 => ElementwiseLowerings.Unary(node, "(1 / sqrt_of({0}))"),
            -1 => ElementwiseLowerings.Unary(node, "(1 / {0})"),
            -2 => ElementwiseLowerings.Unary(node, "(1 / ({0} * {0}))"),
            _ => ElementwiseLowerings.Binary(node, Power(node.Result.DType), "self", "exponent"),
        };
    }

    /// <summary>The number is rounded to the result's type, as an exponent is not.</summary>
    private static bool PowerOfNumber(NodeLowering node) => node.Define((scope, index) =>
    {
        var dtype = node.Result.DType;
        return scope.Call(Power(dtype), dtype, scope.Rounded(node.Scalar("self"), dtype), ElementwiseLowerings.Operand(scope, node, "exponent", index, dtype));
    });
}
