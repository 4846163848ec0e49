namespace Evergraph.CustomOps.Kernels;

/// <summary>Sums, differences and products of tensors, bool included.</summary>
public static class Arithmetic
{
    /// <summary>a + alpha · b in a type; bool is "or".</summary>
    public static Tensor Add(Tensor a, Tensor b, Scalar alpha, DType dtype)
    {
        if (dtype != DType.Bool)
            return Elementwise.Number<AddOperation>(a, Scale(b, alpha, dtype), dtype);
        if (!alpha.ToBool())
            b = Elementwise.Integer<MinimumOperation>(b, Casts.ToTensor(alpha, dtype), dtype);
        return Elementwise.Integer<MaximumOperation>(a, b, dtype);
    }

    /// <summary>a − alpha · b in a type, which is not bool.</summary>
    public static Tensor Subtract(Tensor a, Tensor b, Scalar alpha, DType dtype) =>
        Elementwise.Number<SubtractOperation>(a, Scale(b, alpha, dtype), dtype);

    /// <summary>a · b in a type; bool is "and".</summary>
    public static Tensor Multiply(Tensor a, Tensor b, DType dtype) =>
        dtype == DType.Bool ? Elementwise.Integer<MinimumOperation>(a, b, dtype) : Elementwise.Number<MultiplyOperation>(a, b, dtype);

    /// <summary>The smaller of a and b in a type; bool is "and".</summary>
    public static Tensor Minimum(Tensor a, Tensor b, DType dtype) =>
        dtype == DType.Bool ? Elementwise.Integer<MinimumOperation>(a, b, dtype) : Elementwise.Number<MinimumOperation>(a, b, dtype);

    /// <summary>The larger of a and b in a type; bool is "or".</summary>
    public static Tensor Maximum(Tensor a, Tensor b, DType dtype) =>
        dtype == DType.Bool ? Elementwise.Integer<MaximumOperation>(a, b, dtype) : Elementwise.Number<MaximumOperation>(a, b, dtype);

    /// <summary>a / b in a type, rounded as asked; integers are divided as integers where a rounding is asked for.</summary>
    /// <param name="a">The dividend.</param>
    /// <param name="b">The divisor.</param>
    /// <param name="rounding">Null, <c>trunc</c> or <c>floor</c>.</param>
    /// <param name="dtype">The result's type: floating where <paramref name="rounding"/> is null.</param>
    public static Tensor Divide(Tensor a, Tensor b, string? rounding, DType dtype) => (rounding, dtype.IsFloating()) switch
    {
        ("floor", true) => Elementwise.Float<DivideFlooringOperation>(a, b, dtype),
        ("floor", false) => Elementwise.Integer<DivideFlooringOperation>(a, b, dtype),
        ("trunc", true) => Elementwise.Float<DivideTruncatingOperation>(a, b, dtype),
        ("trunc", false) => Elementwise.Integer<DivideTruncatingOperation>(a, b, dtype),
        _ => Elementwise.Float<DivideOperation>(a, b, dtype),
    };

    /// <summary>A scalar as an operand of arithmetic in a type: unrounded where the type is computed in float.</summary>
    public static Tensor Operand(Scalar scalar, DType dtype) => Casts.ToTensor(scalar, ComputedType(dtype));

    /// <summary>The type of a division of operands that promote to a type, for fakes.</summary>
    /// <exception cref="ShapeException">The rounding is unknown, or bools are divided with rounding.</exception>
    public static DType QuotientType(DType promoted, string? rounding)
    {
        if (rounding is null)
            return Promotion.ToFloating(promoted);
        if (rounding is not ("trunc" or "floor"))
            throw Fail($"rounding_mode is unknown: expected none, 'trunc' or 'floor', given '{rounding}'");
        Require(promoted != DType.Bool, "bools cannot be divided with rounding: expected a number on one side");
        return promoted;
    }

    /// <summary>
    /// The axis rule of a division: elementwise, but null where an integer divisor would be cut, because a last part that is
    /// filled up with zeros would divide by them.
    /// </summary>
    public static AxisSplit? SplitQuotient(AxisQuery query) =>
        AxisRules.Elementwise(query) is { } split && (split.OperandAxes[1] == AxisSplit.Whole || query.OutputTypes[0].DType.IsFloating()) ? split : null;

    /// <summary>Checks alpha in a fake: a bool needs a bool result, and an integer result needs an integer.</summary>
    /// <exception cref="ShapeException">It does not fit.</exception>
    public static void RequireAlpha(Scalar alpha, DType dtype)
    {
        if ((alpha.Kind == ScalarKind.Bool && dtype != DType.Bool) || (alpha.Kind == ScalarKind.Float && !dtype.IsFloating()))
            throw Fail($"alpha does not fit the result: expected a number that {dtype.Name()} holds, given {alpha}");
    }

    /// <summary>Checks in a fake that no operand of a subtraction is bool.</summary>
    /// <exception cref="ShapeException">One is.</exception>
    public static void RequireSubtractable(DType a, DType b) =>
        Require(a != DType.Bool && b != DType.Bool, "bools cannot be subtracted: use logical_not or bitwise operators");

    /// <summary>The type of a bitwise operation, for fakes.</summary>
    /// <exception cref="ShapeException">It is floating.</exception>
    public static DType BitwiseType(DType promoted) =>
        promoted.IsFloating() ? throw Fail($"bits of floating-point numbers cannot be combined: expected integers or bools, given {promoted.Name()}") : promoted;

    // The product is kept in the type that is computed in, so that a 16-bit type is rounded once, at the end.
    private static Tensor Scale(Tensor b, Scalar alpha, DType dtype)
    {
        bool isOne = alpha.Kind == ScalarKind.Float ? alpha.ToDouble() == 1 : alpha.ToInt64() == 1;
        if (isOne)
            return b;
        var computed = ComputedType(dtype);
        // As without alpha, an integer tensor is rounded to a 16-bit type first.
        if (b.Rank > 0 && !b.DType.IsFloating())
            b = Scratch.As(b, dtype);
        return Elementwise.Number<MultiplyOperation>(b, Casts.ToTensor(alpha, computed), computed);
    }

    private static DType ComputedType(DType dtype) => dtype is DType.Float16 or DType.BFloat16 ? DType.Float32 : dtype;
}
