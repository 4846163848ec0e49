using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>Rotary position embedding: tokens are shared among the cores, and each converts the rows of cos and sin that it takes.</summary>
public static class VectorizedRotaryEmbedding
{
    /// <summary>The rotated q and k; the 16-bit types are rounded once.</summary>
    /// <exception cref="EvergraphException">A position is not a row of cos.</exception>
    [Implementation(typeof(RotaryEmbedding), "vectorized")]
    public static (Tensor Q, Tensor K) Run(Tensor q, Tensor k, Tensor cos, Tensor sin, Tensor? position_ids, bool interleaved)
    {
        long[] positions = RotaryRotation.Positions(q.Sizes[..^2], cos.Sizes[0], position_ids);
        return (Turn(q, cos, sin, positions, interleaved), Turn(k, cos, sin, positions, interleaved));
    }

    internal static Tensor Turn(Tensor x, Tensor cos, Tensor sin, long[] positions, bool interleaved)
    {
        var result = Tensor.Empty(x.DType, x.Sizes);
        if (x.DType == DType.Float64)
            Turn<double>(x, result, cos, sin, positions, interleaved);
        else
            Turn<float>(x, result, cos, sin, positions, interleaved);
        return result;
    }

    private static void Turn<T>(Tensor source, Tensor result, Tensor cos, Tensor sin, long[] positions, bool interleaved)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int headSize = (int)source.Sizes[^1], width = (int)source.Sizes[^2] * headSize, angles = (int)cos.Sizes[1];
        RowBlocks.Run(width == 0 ? 0 : positions.Length, width, (first, count) =>
        {
            T[] rented = ArrayPool<T>.Shared.Rent(2 * (width + angles));
            Span<T> bufferOfX = rented.AsSpan(0, width), bufferOfY = rented.AsSpan(width, width);
            Span<T> bufferOfCos = rented.AsSpan(2 * width, angles), bufferOfSin = rented.AsSpan((2 * width) + angles, angles);
            for (int token = first; token < first + count; token++)
            {
                var c = WidenedRow.Read(cos, (int)positions[token] * angles, angles, bufferOfCos);
                var s = WidenedRow.Read(sin, (int)positions[token] * angles, angles, bufferOfSin);
                var x = WidenedRow.Read(source, token * width, width, bufferOfX);
                var y = WidenedRow.Target(result, token * width, width, bufferOfY);
                for (int head = 0; head < width; head += headSize)
                    TurnHead(x.Slice(head, headSize), y.Slice(head, headSize), c, s, interleaved);
                WidenedRow.Round<T>(y, result, token * width);
            }

            ArrayPool<T>.Shared.Return(rented);
        });
    }

    private static void TurnHead<T>(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<T> cos, ReadOnlySpan<T> sin, bool interleaved)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int angles = cos.Length;
        x[(2 * angles)..].CopyTo(y[(2 * angles)..]);
        if (!interleaved)
            TurnHalves(x[..angles], x.Slice(angles, angles), y[..angles], y.Slice(angles, angles), cos, sin);
        else if (typeof(T) == typeof(float))
            TurnNeighbours(Floats(x), Floats(y), Floats(cos), Floats(sin));
        else
            TurnNeighbours(x, y, cos, sin, 0);
    }

    private static void TurnHalves<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> turnedA, Span<T> turnedB, ReadOnlySpan<T> cos, ReadOnlySpan<T> sin)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= a.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> u = new(a[i..]), v = new(b[i..]), c = new(cos[i..]), s = new(sin[i..]);
            ((u * c) - (v * s)).CopyTo(turnedA[i..]);
            ((v * c) + (u * s)).CopyTo(turnedB[i..]);
        }

        for (; i < a.Length; i++)
        {
            turnedA[i] = (a[i] * cos[i]) - (b[i] * sin[i]);
            turnedB[i] = (b[i] * cos[i]) + (a[i] * sin[i]);
        }
    }

    // Four pairs at a time: [a, b, …] · [c, c, …] + [b, a, …] · [−s, s, …].
    private static void TurnNeighbours(ReadOnlySpan<float> x, Span<float> y, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        var twice = Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3);
        var signs = Vector256.Create(-0f, 0, -0f, 0, -0f, 0, -0f, 0);
        int i = 0;
        for (; i <= cos.Length - Vector128<float>.Count; i += Vector128<float>.Count)
        {
            var pairs = Vector256.Create(x[(2 * i)..]);
            var swapped = Vector256.Shuffle(pairs, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
            var c = Vector256.Shuffle(Vector128.Create(cos[i..]).ToVector256(), twice);
            var s = Vector256.Shuffle(Vector128.Create(sin[i..]).ToVector256(), twice) ^ signs;
            ((pairs * c) + (swapped * s)).CopyTo(y[(2 * i)..]);
        }

        TurnNeighbours(x, y, cos, sin, i);
    }

    private static void TurnNeighbours<T>(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<T> cos, ReadOnlySpan<T> sin, int from)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = from; i < cos.Length; i++)
        {
            T a = x[2 * i], b = x[(2 * i) + 1];
            y[2 * i] = (a * cos[i]) - (b * sin[i]);
            y[(2 * i) + 1] = (b * cos[i]) + (a * sin[i]);
        }
    }

    private static ReadOnlySpan<float> Floats<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged => MemoryMarshal.Cast<T, float>(numbers);

    private static Span<float> Floats<T>(Span<T> numbers)
        where T : unmanaged => MemoryMarshal.Cast<T, float>(numbers);
}
