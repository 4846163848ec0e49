namespace Evergraph.CustomOps.Aten;

/// <summary>The reductions that PyTorch has, each in the type that it is computed in.</summary>
internal static class Reductions
{
    /// <summary>The element type of a sum or product: as asked for, else int64 for integers and bool.</summary>
    public static DType SumType(DType self, DType? dtype) => dtype ?? (self.IsFloating() ? self : DType.Int64);

    /// <summary>The element type of a mean, which integers have none of.</summary>
    /// <exception cref="ShapeException">It is not floating.</exception>
    public static DType MeanType(DType self, DType? dtype)
    {
        var type = dtype ?? self;
        Require(type.IsFloating(), $"a mean is a floating-point number: expected a floating type, given {type.Name()}; convert first or pass dtype");
        return type;
    }

    public static Tensor Sum(Tensor self, bool[] reduced, bool keepDim, DType dtype) =>
        Run<Summation<float>, Summation<double>, Summation<long>>(Scratch.As(self, dtype), reduced, keepDim, 1);

    public static Tensor Product(Tensor self, bool[] reduced, bool keepDim, DType dtype) =>
        Run<Multiplication<float>, Multiplication<double>, Multiplication<long>>(Scratch.As(self, dtype), reduced, keepDim, 1);

    /// <summary>The sum divided by the count; of nothing, NaN. The 16-bit types round once, at the end.</summary>
    public static Tensor Mean(Tensor self, bool[] reduced, bool keepDim, DType dtype)
    {
        long count = 1;
        for (int axis = 0; axis < reduced.Length; axis++)
            count *= reduced[axis] ? self.Sizes[axis] : 1;
        return Run<Summation<float>, Summation<double>, Summation<long>>(Scratch.As(self, dtype), reduced, keepDim, count);
    }

    public static Tensor Maximum(Tensor self, bool[] reduced, bool keepDim) =>
        Run<Greatest<float>, Greatest<double>, Greatest<long>>(self, reduced, keepDim, 1);

    public static Tensor Minimum(Tensor self, bool[] reduced, bool keepDim) =>
        Run<Least<float>, Least<double>, Least<long>>(self, reduced, keepDim, 1);

    /// <summary>The element type of any and all: bool, but uint8 of uint8.</summary>
    public static DType TruthType(DType self) => self == DType.UInt8 ? DType.UInt8 : DType.Bool;

    public static Tensor Any(Tensor self, bool[] reduced, bool keepDim) => Truth<Greatest<byte>>(self, reduced, keepDim);

    public static Tensor All(Tensor self, bool[] reduced, bool keepDim) => Truth<Least<byte>>(self, reduced, keepDim);

    // A truth value is a byte 0 or 1, so any is the greatest and all the least. Of nothing they are 0 and 255, which is cut to 1.
    private static Tensor Truth<TReduction>(Tensor self, bool[] reduced, bool keepDim)
        where TReduction : IReduction<byte>
    {
        var result = Tensor.Empty(TruthType(self.DType), ReducedShape.Infer(self.Sizes, reduced, keepDim));
        Reduction.Into<TReduction, byte>(Scratch.As(self, DType.Bool), reduced, result);
        TensorPrimitives.Min(result.Bytes(), (byte)1, result.Bytes());
        return result;
    }

    private static Tensor Run<TFloat, TDouble, TLong>(Tensor self, bool[] reduced, bool keepDim, long divisor)
        where TFloat : IReduction<float>
        where TDouble : IReduction<double>
        where TLong : IReduction<long>
    {
        var wide = Scratch.Wide(self.DType);
        var operand = Scratch.As(self, wide);
        long[] sizes = ReducedShape.Infer(self.Sizes, reduced, keepDim);
        var result = wide == self.DType ? Tensor.Empty(wide, sizes) : Scratch.Empty(wide, sizes);
        switch (wide)
        {
            case DType.Float32:
                Reduction.Into<TFloat, float>(operand, reduced, result);
                if (divisor != 1)
                    TensorPrimitives.Divide(result.ReadOnlySpan<float>(), divisor, result.Span<float>());
                break;
            case DType.Float64:
                Reduction.Into<TDouble, double>(operand, reduced, result);
                if (divisor != 1)
                    TensorPrimitives.Divide(result.ReadOnlySpan<double>(), divisor, result.Span<double>());
                break;
            default:
                Reduction.Into<TLong, long>(operand, reduced, result);
                break;
        }

        return Scratch.Finish(result, self.DType);
    }
}
