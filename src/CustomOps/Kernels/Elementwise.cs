namespace Evergraph.CustomOps.Kernels;

/// <summary>Elementwise kernels: a function or an operation, broadcast over tensors of any types.</summary>
/// <remarks>
/// Half and bfloat16 are computed in float and rounded once, at the end. As in PyTorch, an integer tensor that meets a
/// 16-bit type is rounded to it first, while a number or a 0-d tensor takes part in arithmetic unrounded; comparisons
/// round both.
/// </remarks>
public static class Elementwise
{
    /// <summary>A floating-point function; <paramref name="dtype"/>, floating, is the result's.</summary>
    public static Tensor Float<TFunction>(Tensor x, DType dtype, TFunction function = default)
        where TFunction : struct, IFloatFunction
    {
        var result = Tensor.Empty(dtype, x.Sizes);
        if (dtype == DType.Float64)
            ElementwiseLoops.Run<FloatLoop<TFunction, double>, double>(new(function), x, result);
        else
            ElementwiseLoops.Run<FloatLoop<TFunction, float>, float>(new(function), x, result);
        return result;
    }

    /// <summary>A function of numbers; <paramref name="dtype"/>, not bool, is the result's.</summary>
    public static Tensor Number<TFunction>(Tensor x, DType dtype, TFunction function = default)
        where TFunction : struct, INumberFunction
    {
        var result = Tensor.Empty(dtype, x.Sizes);
        switch (dtype)
        {
            case DType.Float64:
                ElementwiseLoops.Run<NumberLoop<TFunction, double>, double>(new(function), x, result);
                break;
            case DType.Int8:
                ElementwiseLoops.Run<NumberLoop<TFunction, sbyte>, sbyte>(new(function), x, result);
                break;
            case DType.UInt8:
                ElementwiseLoops.Run<NumberLoop<TFunction, byte>, byte>(new(function), x, result);
                break;
            case DType.Int32:
                ElementwiseLoops.Run<NumberLoop<TFunction, int>, int>(new(function), x, result);
                break;
            case DType.Int64:
                ElementwiseLoops.Run<NumberLoop<TFunction, long>, long>(new(function), x, result);
                break;
            default:
                ElementwiseLoops.Run<NumberLoop<TFunction, float>, float>(new(function), x, result);
                break;
        }

        return result;
    }

    /// <summary>A function of an integer tensor, of the same type as it.</summary>
    public static Tensor Integer<TFunction>(Tensor x, TFunction function = default)
        where TFunction : struct, IIntegerFunction
    {
        var result = Tensor.Empty(x.DType, x.Sizes);
        switch (x.DType)
        {
            case DType.Int8:
                ElementwiseLoops.Run<IntegerLoop<TFunction, sbyte>, sbyte>(new(function), x, result);
                break;
            case DType.Int32:
                ElementwiseLoops.Run<IntegerLoop<TFunction, int>, int>(new(function), x, result);
                break;
            case DType.Int64:
                ElementwiseLoops.Run<IntegerLoop<TFunction, long>, long>(new(function), x, result);
                break;
            default:
                ElementwiseLoops.Run<IntegerLoop<TFunction, byte>, byte>(new(function), x, result);
                break;
        }

        return result;
    }

    /// <summary>A floating-point operation; <paramref name="dtype"/>, floating, is the result's.</summary>
    public static Tensor Float<TOperation>(Tensor a, Tensor b, DType dtype, TOperation operation = default)
        where TOperation : struct, IFloatOperation
    {
        var result = Tensor.Empty(dtype, Broadcast.Sizes(a.Sizes, b.Sizes));
        if (dtype == DType.Float64)
            Run<FloatOperationLoop<TOperation, double>, double>(new(operation), a, b, result);
        else
            Run<FloatOperationLoop<TOperation, float>, float>(new(operation), a, b, result);
        return result;
    }

    /// <summary>An operation on numbers; <paramref name="dtype"/>, not bool, is the result's.</summary>
    public static Tensor Number<TOperation>(Tensor a, Tensor b, DType dtype, TOperation operation = default)
        where TOperation : struct, INumberOperation
    {
        var result = Tensor.Empty(dtype, Broadcast.Sizes(a.Sizes, b.Sizes));
        switch (dtype)
        {
            case DType.Float64:
                Run<NumberOperationLoop<TOperation, double>, double>(new(operation), a, b, result);
                break;
            case DType.Int8:
                Run<NumberOperationLoop<TOperation, sbyte>, sbyte>(new(operation), a, b, result);
                break;
            case DType.UInt8:
                Run<NumberOperationLoop<TOperation, byte>, byte>(new(operation), a, b, result);
                break;
            case DType.Int32:
                Run<NumberOperationLoop<TOperation, int>, int>(new(operation), a, b, result);
                break;
            case DType.Int64:
                Run<NumberOperationLoop<TOperation, long>, long>(new(operation), a, b, result);
                break;
            default:
                Run<NumberOperationLoop<TOperation, float>, float>(new(operation), a, b, result);
                break;
        }

        return result;
    }

    /// <summary>An operation on integers or bools; <paramref name="dtype"/> is the result's.</summary>
    public static Tensor Integer<TOperation>(Tensor a, Tensor b, DType dtype, TOperation operation = default)
        where TOperation : struct, IIntegerOperation
    {
        var result = Tensor.Empty(dtype, Broadcast.Sizes(a.Sizes, b.Sizes));
        switch (dtype)
        {
            case DType.Int8:
                Run<IntegerOperationLoop<TOperation, sbyte>, sbyte>(new(operation), a, b, result);
                break;
            case DType.Int32:
                Run<IntegerOperationLoop<TOperation, int>, int>(new(operation), a, b, result);
                break;
            case DType.Int64:
                Run<IntegerOperationLoop<TOperation, long>, long>(new(operation), a, b, result);
                break;
            default:
                Run<IntegerOperationLoop<TOperation, byte>, byte>(new(operation), a, b, result);
                break;
        }

        return result;
    }

    /// <summary>A comparison, both sides converted to <paramref name="common"/>; the result is bool.</summary>
    public static Tensor Compare<TComparison>(Tensor a, Tensor b, DType common, TComparison comparison = default)
        where TComparison : struct, IComparison
    {
        var result = Tensor.Empty(DType.Bool, Broadcast.Sizes(a.Sizes, b.Sizes));
        switch (common)
        {
            case DType.Float64:
                ElementwiseLoops.Run<ComparisonLoop<TComparison, double>, double, bool>(new(comparison), a, common, b, common, result);
                break;
            case DType.Int8:
                ElementwiseLoops.Run<ComparisonLoop<TComparison, sbyte>, sbyte, bool>(new(comparison), a, common, b, common, result);
                break;
            case DType.UInt8 or DType.Bool:
                ElementwiseLoops.Run<ComparisonLoop<TComparison, byte>, byte, bool>(new(comparison), a, common, b, common, result);
                break;
            case DType.Int32:
                ElementwiseLoops.Run<ComparisonLoop<TComparison, int>, int, bool>(new(comparison), a, common, b, common, result);
                break;
            case DType.Int64:
                ElementwiseLoops.Run<ComparisonLoop<TComparison, long>, long, bool>(new(comparison), a, common, b, common, result);
                break;
            default:
                ElementwiseLoops.Run<ComparisonLoop<TComparison, float>, float, bool>(new(comparison), a, common, b, common, result);
                break;
        }

        return result;
    }

    private static void Run<TLoop, T>(TLoop loop, Tensor a, Tensor b, Tensor result)
        where TLoop : struct, ILoop<T, T>
        where T : unmanaged =>
        ElementwiseLoops.Run<TLoop, T, T>(loop, a, Through(a, result.DType), b, Through(b, result.DType), result);

    // Where the result is of a 16-bit type, a floating operand with dimensions is of that type or a computed float32.
    private static DType Through(Tensor operand, DType dtype) =>
        operand.Rank > 0 && !operand.DType.IsFloating() ? dtype : operand.DType;
}
