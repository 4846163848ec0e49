using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Quotients and powers.</summary>
internal static class DivisionLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::div.Tensor", node => Divide(node, null));
        table.Add("aten::div.Scalar", node => Divide(node, null));
        table.Add("aten::div.Tensor_mode", node => Divide(node, node.Has("rounding_mode") ? node.Text("rounding_mode") : null));
        table.Add("aten::div.Scalar_mode", node => Divide(node, node.Has("rounding_mode") ? node.Text("rounding_mode") : null));
        table.Add("aten::floor_divide.Scalar", node => Divide(node, "floor"));
        table.Add("aten::pow.Tensor_Scalar", PowerOfTensor);
        table.Add("aten::pow.Tensor_Tensor", node => Power(node, "self", "exponent"));
        table.Add("aten::pow.Scalar", node => Power(node, "self", "exponent"));
    }

    private static bool Divide(NodeLowering node, string? rounding)
    {
        var dtype = node.Result.DType;
        if (!dtype.IsFloating())
            return DivideIntegers(node, rounding!);

        // Ours is Python's: exact remainder first, so that 1 // 0.1 is 9 although 1 / 0.1 rounds to 10.
        if (rounding == "floor")
            return node.Decline("no floor division of floating-point numbers");
        var computed = dtype.ComputedIn(KernelTypes.Arithmetic)!.Value;
        string quotient = node.Emit(
            "Div", [ElementwiseLowerings.NumberOrTensor(node, "self", dtype, computed), ElementwiseLowerings.NumberOrTensor(node, "other", dtype, computed)]);
        if (rounding == "trunc")
        {
            string positive = node.Emit("GreaterOrEqual", [quotient, node.Number(computed, 0)]);
            quotient = node.Emit("Where", [positive, node.Emit("Floor", [quotient]), node.Emit("Ceil", [quotient])]);
        }

        return node.Return(node.Convert(quotient, computed, dtype));
    }

    /// <summary>
    /// Division of integers by zero, and of the least by −1, is a trap of the processor and would end the process: the divisor must be
    /// known to be neither. ONNX divides towards zero; where a remainder of the other sign than the divisor's is left, the floor is one less.
    /// </summary>
    private static bool DivideIntegers(NodeLowering node, string rounding)
    {
        var dtype = node.Result.DType;
        if (node.AsScalar("other") is not { } divisor)
            return node.Decline("an integer divisor that may be zero");
        bool isPositive;
        if (divisor.Kind == ScalarKind.Float || divisor.Integer.IsConstant)
        {
            long number = Casts.To(Casts.ToTensor(divisor, dtype), DType.Int64).ReadOnlySpan<long>()[0];
            if (number is 0 or -1)
                return node.Decline("an integer divisor of 0 or −1");
            isPositive = number > 0;
        }
        else if (dtype == DType.Int64 && divisor.Integer.Range.Min >= 1)
        {
            isPositive = true;
        }
        else
        {
            return node.Decline("an integer divisor that may be zero");
        }

        string a = node.Rounded("self", dtype, dtype), b = node.NumberOf(divisor, dtype, dtype);
        string quotient = node.Emit("Div", [a, b]);
        if (rounding == "trunc" || dtype == DType.UInt8)
            return node.Return(quotient);
        string remainder = node.Emit("Sub", [a, node.Emit("Mul", [quotient, b])]);
        string roundedUp = node.Emit(isPositive ? "Less" : "Greater", [remainder, node.Number(dtype, 0)]);
        return node.Return(node.Emit("Sub", [quotient, node.Cast(roundedUp, DType.Bool, dtype)]));
    }

    private static bool PowerOfTensor(NodeLowering node)
    {
        var dtype = node.Result.DType;
        var exponent = node.Scalar("exponent");
        bool isKnown = exponent.Kind == ScalarKind.Float || exponent.Integer.IsConstant;
        if (!dtype.IsFloating())
        {
            return isKnown && exponent.ToInt64() is >= 1 and <= 4
                ? ElementwiseLowerings.Unary(node, KernelTypes.Arithmetic, x => SmallPower(node, x, exponent.ToInt64()))
                : node.Decline("ONNX Runtime raises integers in floating point");
        }

        return ElementwiseLowerings.Unary(node, KernelTypes.Functions, x => (isKnown ? exponent.ToDouble() : double.NaN) switch
        {
            2 => SmallPower(node, x, 2),
            3 => SmallPower(node, x, 3),
            0.5 => node.Emit("Sqrt", [x]),
            -0.5 => node.Emit("Reciprocal", [node.Emit("Sqrt", [x])]),
            -1 => node.Emit("Reciprocal", [x]),
            -2 => node.Emit("Reciprocal", [SmallPower(node, x, 2)]),
            _ => node.Emit("Pow", [x, node.NumberOf(exponent, Computed(dtype), Computed(dtype))]),
        });
    }

    private static bool Power(NodeLowering node, string number, string exponent)
    {
        var dtype = node.Result.DType;
        if (!dtype.IsFloating())
            return node.Decline("ONNX Runtime raises integers in floating point");
        var computed = Computed(dtype);
        string a = node.AsScalar(number) is { } scalar
            ? node.NumberOf(scalar, dtype, computed)
            : node.Operand(number, dtype, computed);
        return node.Return(node.Convert(node.Emit("Pow", [a, node.Operand(exponent, dtype, computed)]), computed, dtype));
    }

    private static DType Computed(DType dtype) => dtype.ComputedIn(KernelTypes.Functions)!.Value;

    /// <summary>x to the power of 1 to 4.</summary>
    private static string SmallPower(NodeLowering node, string x, long exponent)
    {
        if (exponent == 1)
            return x;
        string square = node.Emit("Mul", [x, x]);
        return exponent == 2 ? square : node.Emit("Mul", [square, exponent == 3 ? x : square]);
    }
}
