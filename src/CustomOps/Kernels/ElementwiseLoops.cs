using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Kernels;

/// <summary>A function over spans of one type: what the kinds of functions are to the loop.</summary>
internal interface ILoop<T>
{
    void Apply(ReadOnlySpan<T> x, Span<T> y);
}

/// <summary>An operation over spans of one type: what the kinds of operations are to the loop.</summary>
internal interface ILoop<T, TResult>
{
    void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<TResult> y);
}

internal readonly struct FloatLoop<TFunction, T>(TFunction function) : ILoop<T>
    where TFunction : struct, IFloatFunction
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Apply(ReadOnlySpan<T> x, Span<T> y) => function.Apply(x, y);
}

internal readonly struct NumberLoop<TFunction, T>(TFunction function) : ILoop<T>
    where TFunction : struct, INumberFunction
    where T : unmanaged, INumber<T>
{
    public void Apply(ReadOnlySpan<T> x, Span<T> y) => function.Apply(x, y);
}

internal readonly struct IntegerLoop<TFunction, T>(TFunction function) : ILoop<T>
    where TFunction : struct, IIntegerFunction
    where T : unmanaged, IBinaryInteger<T>
{
    public void Apply(ReadOnlySpan<T> x, Span<T> y) => function.Apply(x, y);
}

internal readonly struct FloatOperationLoop<TOperation, T>(TOperation operation) : ILoop<T, T>
    where TOperation : struct, IFloatOperation
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => operation.Apply(a, b, y);
}

internal readonly struct NumberOperationLoop<TOperation, T>(TOperation operation) : ILoop<T, T>
    where TOperation : struct, INumberOperation
    where T : unmanaged, INumber<T>
{
    public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => operation.Apply(a, b, y);
}

internal readonly struct IntegerOperationLoop<TOperation, T>(TOperation operation) : ILoop<T, T>
    where TOperation : struct, IIntegerOperation
    where T : unmanaged, IBinaryInteger<T>
{
    public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => operation.Apply(a, b, y);
}

internal readonly struct ComparisonLoop<TComparison, T>(TComparison comparison) : ILoop<T, bool>
    where TComparison : struct, IComparison
    where T : unmanaged, INumber<T>
{
    public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y) => comparison.Apply(a, b, y);
}

/// <summary>Runs a function or an operation over whole tensors, in place where types and sizes allow, in chunks otherwise.</summary>
internal static class ElementwiseLoops
{
    private const int Chunk = ElementwiseOperand<byte>.Chunk;

    // Buffers are written before they are read; clearing them would cost more than a small operator.
    [SkipLocalsInit]
    public static void Run<TLoop, T>(TLoop loop, Tensor x, Tensor result)
        where TLoop : struct, ILoop<T>
        where T : unmanaged
    {
        Span<T> buffer = stackalloc T[Chunk];
        Span<T> resultBuffer = stackalloc T[Chunk];
        var operand = new ElementwiseOperand<T>(x, result.DType, buffer);
        bool stores = ElementwiseOperand<T>.Stores(result.DType);
        int count = (int)result.Elements;
        if (operand.IsDirect && stores)
        {
            loop.Apply(operand.Read(0, count), MemoryMarshal.Cast<byte, T>(result.Bytes()));
            return;
        }

        for (int start = 0; start < count; start += Chunk)
        {
            int length = Math.Min(Chunk, count - start);
            var y = stores ? MemoryMarshal.Cast<byte, T>(result.Bytes()).Slice(start, length) : resultBuffer[..length];
            loop.Apply(operand.Read(start, length), y);
            if (!stores)
                Store(y, result, start);
        }
    }

    // Buffers are written before they are read; clearing them would cost more than a small operator.
    [SkipLocalsInit]
    public static void Run<TLoop, T, TResult>(TLoop loop, Tensor a, DType throughOfA, Tensor b, DType throughOfB, Tensor result)
        where TLoop : struct, ILoop<T, TResult>
        where T : unmanaged
        where TResult : unmanaged
    {
        Span<T> bufferOfA = stackalloc T[Chunk];
        Span<T> bufferOfB = stackalloc T[Chunk];
        Span<TResult> resultBuffer = stackalloc TResult[Chunk];
        var left = new ElementwiseOperand<T>(a, throughOfA, bufferOfA);
        var right = new ElementwiseOperand<T>(b, throughOfB, bufferOfB);
        bool stores = ElementwiseOperand<TResult>.Stores(result.DType);
        var target = stores ? MemoryMarshal.Cast<byte, TResult>(result.Bytes()) : default;
        var runs = new BroadcastRuns(result.Sizes, a.Sizes, b.Sizes);
        bool whole = stores && left.IsDirect && right.IsDirect && !runs.IsRepeated(0) && !runs.IsRepeated(1);
        while (runs.MoveNext())
        {
            int chunk = whole ? runs.Length : Chunk;
            ReadOnlySpan<T> repeatedA = runs.IsRepeated(0) ? left.Repeat(runs.StartOf(0), Math.Min(chunk, runs.Length)) : default;
            ReadOnlySpan<T> repeatedB = runs.IsRepeated(1) ? right.Repeat(runs.StartOf(1), Math.Min(chunk, runs.Length)) : default;
            for (int offset = 0; offset < runs.Length; offset += chunk)
            {
                int length = Math.Min(chunk, runs.Length - offset);
                var x = runs.IsRepeated(0) ? repeatedA[..length] : left.Read(runs.StartOf(0) + offset, length);
                var y = runs.IsRepeated(1) ? repeatedB[..length] : right.Read(runs.StartOf(1) + offset, length);
                var z = stores ? target.Slice(runs.Start + offset, length) : resultBuffer[..length];
                loop.Apply(x, y, z);
                if (!stores)
                    Store(z, result, runs.Start + offset);
            }
        }
    }

    private static void Store<T>(ReadOnlySpan<T> elements, Tensor result, int start)
        where T : unmanaged
    {
        int width = result.DType.Size();
        Casts.Convert(MemoryMarshal.AsBytes(elements), DTypeOf<T>.Value, result.Bytes().Slice(start * width, elements.Length * width), result.DType);
    }
}
