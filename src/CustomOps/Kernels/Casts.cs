using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Kernels;

/// <summary>Conversion from any element type to any other, as PyTorch does it on a CPU.</summary>
/// <remarks>
/// Floating to integer truncates towards zero; what does not fit is what the processor's instruction gives, and for the
/// 8-bit types the low byte of a 64-bit integer, so −1.0 is 255 as uint8. Integer to integer keeps the low bits. Anything
/// to bool is "not zero", so NaN is true. Float64 goes to the 16-bit types through float32.
/// </remarks>
public static class Casts
{
    // Elements that are converted through another type at a time: they stay in the first-level cache.
    private const int Chunk = 512;

    /// <summary>A converted copy in memory of its own; a plain copy where the type is the same.</summary>
    public static Tensor To(Tensor tensor, DType dtype)
    {
        var result = Tensor.Empty(dtype, tensor.Sizes);
        Convert(tensor.ReadOnlyBytes(), tensor.DType, result.Bytes(), dtype);
        return result;
    }

    /// <summary>The number as a 0-d tensor of a type.</summary>
    /// <remarks>Its memory does not come from the executor: it is an operand, not a result.</remarks>
    public static Tensor ToTensor(Scalar scalar, DType dtype)
    {
        var bytes = new byte[dtype.Size()];
        Write(scalar, dtype, bytes);
        return new(dtype, [], Storage.Wrap(bytes));
    }

    /// <summary>Writes the number as one element of a type.</summary>
    public static void Write(Scalar scalar, DType dtype, Span<byte> element)
    {
        if (scalar.Kind == ScalarKind.Float)
        {
            double number = scalar.ToDouble();
            Convert(MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in number)), DType.Float64, element, dtype);
        }
        else
        {
            long number = scalar.ToInt64();
            Convert(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in number)), DType.Int64, element, dtype);
        }
    }

    /// <summary>Converts elements. The spans hold the same number of elements and do not overlap.</summary>
    public static void Convert(ReadOnlySpan<byte> source, DType from, Span<byte> destination, DType to)
    {
        if (from == to)
        {
            source.CopyTo(destination);
            return;
        }

        switch (from)
        {
            case DType.Float32:
                FromFloating(MemoryMarshal.Cast<byte, float>(source), destination, to);
                break;
            case DType.Float64:
                FromFloating(MemoryMarshal.Cast<byte, double>(source), destination, to);
                break;
            case DType.Float16 or DType.BFloat16:
                FromReduced(source, from, destination, to);
                break;
            case DType.Int8:
                FromInteger(MemoryMarshal.Cast<byte, sbyte>(source), destination, to);
                break;
            case DType.Int32:
                FromInteger(MemoryMarshal.Cast<byte, int>(source), destination, to);
                break;
            case DType.Int64:
                FromInteger(MemoryMarshal.Cast<byte, long>(source), destination, to);
                break;
            default:
                FromInteger(source, destination, to);
                break;
        }
    }

    private static void FromFloating<T>(ReadOnlySpan<T> source, Span<byte> destination, DType to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (to)
        {
            case DType.Int8 or DType.UInt8:
                for (int i = 0; i < source.Length; i++)
                    destination[i] = unchecked((byte)T.ConvertToIntegerNative<long>(source[i]));
                break;
            case DType.Int32:
                TensorPrimitives.ConvertToIntegerNative(source, MemoryMarshal.Cast<byte, int>(destination));
                break;
            case DType.Int64:
                TensorPrimitives.ConvertToIntegerNative(source, MemoryMarshal.Cast<byte, long>(destination));
                break;
            default:
                FromNumbers(source, destination, to);
                break;
        }
    }

    private static void FromInteger<T>(ReadOnlySpan<T> source, Span<byte> destination, DType to)
        where T : unmanaged, IBinaryInteger<T>
    {
        switch (to)
        {
            case DType.Int8:
                TensorPrimitives.ConvertTruncating(source, MemoryMarshal.Cast<byte, sbyte>(destination));
                break;
            case DType.UInt8:
                TensorPrimitives.ConvertTruncating(source, destination);
                break;
            case DType.Int32:
                TensorPrimitives.ConvertTruncating(source, MemoryMarshal.Cast<byte, int>(destination));
                break;
            case DType.Int64:
                TensorPrimitives.ConvertTruncating(source, MemoryMarshal.Cast<byte, long>(destination));
                break;
            default:
                FromNumbers(source, destination, to);
                break;
        }
    }

    private static void FromNumbers<T>(ReadOnlySpan<T> source, Span<byte> destination, DType to)
        where T : unmanaged, INumber<T>
    {
        switch (to)
        {
            case DType.Float32:
                TensorPrimitives.ConvertTruncating(source, MemoryMarshal.Cast<byte, float>(destination));
                break;
            case DType.Float64:
                TensorPrimitives.ConvertTruncating(source, MemoryMarshal.Cast<byte, double>(destination));
                break;
            case DType.Bool:
                for (int i = 0; i < source.Length; i++)
                    destination[i] = source[i] != T.Zero ? (byte)1 : (byte)0;
                break;
            default:
                ToReduced(source, destination, to);
                break;
        }
    }

    [SkipLocalsInit]
    private static void FromReduced(ReadOnlySpan<byte> source, DType from, Span<byte> destination, DType to)
    {
        if (to == DType.Float32)
        {
            Widen(source, from, MemoryMarshal.Cast<byte, float>(destination));
            return;
        }

        Span<float> buffer = stackalloc float[Chunk];
        int width = to.Size();
        for (int start = 0; start < source.Length / 2; start += Chunk)
        {
            var part = buffer[..Math.Min(Chunk, (source.Length / 2) - start)];
            Widen(source.Slice(start * 2, part.Length * 2), from, part);
            FromFloating<float>(part, destination.Slice(start * width, part.Length * width), to);
        }
    }

    [SkipLocalsInit]
    private static void ToReduced<T>(ReadOnlySpan<T> source, Span<byte> destination, DType to)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float))
        {
            Narrow(MemoryMarshal.Cast<T, float>(source), destination, to);
            return;
        }

        Span<float> buffer = stackalloc float[Chunk];
        for (int start = 0; start < source.Length; start += Chunk)
        {
            var part = buffer[..Math.Min(Chunk, source.Length - start)];
            TensorPrimitives.ConvertTruncating(source.Slice(start, part.Length), part);
            Narrow(part, destination.Slice(start * 2, part.Length * 2), to);
        }
    }

    private static void Widen(ReadOnlySpan<byte> source, DType from, Span<float> destination)
    {
        if (from == DType.BFloat16)
            ReducedPrecision.Widen(MemoryMarshal.Cast<byte, BFloat16>(source), destination);
        else
            ReducedPrecision.Widen(MemoryMarshal.Cast<byte, Half>(source), destination);
    }

    private static void Narrow(ReadOnlySpan<float> source, Span<byte> destination, DType to)
    {
        if (to == DType.BFloat16)
            ReducedPrecision.Narrow(source, MemoryMarshal.Cast<byte, BFloat16>(destination));
        else
            ReducedPrecision.Narrow(source, MemoryMarshal.Cast<byte, Half>(destination));
    }
}
