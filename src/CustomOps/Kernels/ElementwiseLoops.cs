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

/// <summary>
/// Runs a function or an operation over whole tensors, in place where types and sizes allow, in chunks otherwise. The
/// cores share a large result; its pieces depend on its sizes alone, so how many cores there are changes no bit.
/// </summary>
internal static class ElementwiseLoops
{
    private const int Chunk = ElementwiseOperand<byte>.Chunk;

    // Elements of a result that are worth waking another core for, and the least of a run that is divided.
    private const int ParallelElements = 1 << 18;
    private const int PieceElements = 1 << 14;

    public static void Run<TLoop, T>(TLoop loop, Tensor x, Tensor result)
        where TLoop : struct, ILoop<T>
        where T : unmanaged
    {
        if (result.Elements >= ParallelElements)
            Share<TLoop, T>(loop, x, result);
        else
            RunPieces<TLoop, T>(loop, x, result, 0, PiecesOf((int)result.Elements));
    }

    public static void Run<TLoop, T, TResult>(TLoop loop, Tensor a, DType throughOfA, Tensor b, DType throughOfB, Tensor result)
        where TLoop : struct, ILoop<T, TResult>
        where T : unmanaged
        where TResult : unmanaged
    {
        if (result.Elements >= ParallelElements)
            Share<TLoop, T, TResult>(loop, a, throughOfA, b, throughOfB, result);
        else
            RunPieces<TLoop, T, TResult>(loop, a, throughOfA, b, throughOfB, result, 0, int.MaxValue);
    }

    // In methods of their own: a closure is made at the beginning of the method that has it.
    private static void Share<TLoop, T>(TLoop loop, Tensor x, Tensor result)
        where TLoop : struct, ILoop<T>
        where T : unmanaged =>
        RowBlocks.Run(PiecesOf((int)result.Elements), PieceElements, (first, count) => RunPieces<TLoop, T>(loop, x, result, first, count));

    private static void Share<TLoop, T, TResult>(TLoop loop, Tensor a, DType throughOfA, Tensor b, DType throughOfB, Tensor result)
        where TLoop : struct, ILoop<T, TResult>
        where T : unmanaged
        where TResult : unmanaged
    {
        var runs = new BroadcastRuns(result.Sizes, a.Sizes, b.Sizes);
        int pieces = runs.Count * PiecesOf(runs.Length);
        RowBlocks.Run(
            pieces, result.Elements / pieces, (first, count) => RunPieces<TLoop, T, TResult>(loop, a, throughOfA, b, throughOfB, result, first, count));
    }

    // A run is divided into pieces of PieceElements, the last of which takes the rest: none is shorter than a vector
    // unless the run is.
    private static int PiecesOf(int length) => Math.Max(1, length / PieceElements);

    private static (int Start, int End) Piece(int piece, int pieces, int length) =>
        (piece * PieceElements, piece == pieces - 1 ? length : (piece + 1) * PieceElements);

    // Buffers are written before they are read; clearing them would cost more than a small operator.
    [SkipLocalsInit]
    private static void RunPieces<TLoop, T>(TLoop loop, Tensor x, Tensor result, int first, int count)
        where TLoop : struct, ILoop<T>
        where T : unmanaged
    {
        Span<T> buffer = stackalloc T[Chunk];
        Span<T> resultBuffer = stackalloc T[Chunk];
        var operand = new ElementwiseOperand<T>(x, result.DType, buffer);
        bool stores = ElementwiseOperand<T>.Stores(result.DType);
        int elements = (int)result.Elements, pieces = PiecesOf(elements);
        int from = Piece(first, pieces, elements).Start, to = Piece(first + count - 1, pieces, elements).End;
        int chunk = operand.IsDirect && stores ? to - from : Chunk;
        for (int start = from; start < to; start += chunk)
        {
            int length = Math.Min(chunk, to - start);
            var y = stores ? MemoryMarshal.Cast<byte, T>(result.Bytes()).Slice(start, length) : resultBuffer[..length];
            loop.Apply(operand.Read(start, length), y);
            if (!stores)
                Store(y, result, start);
        }
    }

    // Buffers are written before they are read; clearing them would cost more than a small operator.
    [SkipLocalsInit]
    private static void RunPieces<TLoop, T, TResult>(
        TLoop loop, Tensor a, DType throughOfA, Tensor b, DType throughOfB, Tensor result, int first, int count)
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
        int pieces = PiecesOf(runs.Length);
        count = Math.Min(count, (runs.Count * pieces) - first);
        if (count > 0)
            runs.MoveTo(first / pieces);
        for (int number = first; number < first + count; number++)
        {
            int piece = number % pieces;
            if (piece == 0 && number > first)
                runs.MoveNext();
            var (start, end) = Piece(piece, pieces, runs.Length);
            int chunk = whole ? end - start : Chunk;
            ReadOnlySpan<T> repeatedA = runs.IsRepeated(0) ? left.Repeat(runs.StartOf(0), Math.Min(chunk, end - start)) : default;
            ReadOnlySpan<T> repeatedB = runs.IsRepeated(1) ? right.Repeat(runs.StartOf(1), Math.Min(chunk, end - start)) : default;
            for (int offset = start; offset < end; offset += chunk)
            {
                int length = Math.Min(chunk, end - offset);
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
