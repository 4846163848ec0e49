using System.Numerics;

namespace Evergraph.CustomOps;

/// <summary>Turns pairs of features; see <see cref="RotaryEmbedding"/>.</summary>
internal static class RotaryRotation
{
    /// <summary>For each token the row of cos and sin.</summary>
    /// <param name="tokens">The sizes [..., tokens].</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="positionIds">The rows, broadcast to the tokens; null for 0, 1, 2, …</param>
    /// <exception cref="EvergraphException">A position is not a row.</exception>
    public static long[] Positions(ReadOnlySpan<long> tokens, long rows, Tensor? positionIds)
    {
        var positions = new long[AxisBlock.Product(tokens)];
        if (positionIds is null)
        {
            for (int i = 0; i < positions.Length; i++)
                positions[i] = i % tokens[^1];
            return positions;
        }

        int[] places = BatchMatrices.Of(positionIds.Sizes, tokens);
        for (int i = 0; i < positions.Length; i++)
        {
            long position = positionIds.DType == DType.Int64
                ? positionIds.ReadOnlySpan<long>()[places[i]]
                : positionIds.ReadOnlySpan<int>()[places[i]];
            positions[i] = position >= 0 && position < rows ? position : throw new EvergraphException(
                $"evergraph::rotary_embedding: a position is not a row of cos and sin: expected 0 to {rows - 1}, given {position}; make the tables as long as the context");
        }

        return positions;
    }

    /// <summary>Turns [..., tokens, heads, head size].</summary>
    public static Tensor Run(Tensor x, Tensor cos, Tensor sin, long[] positions, bool interleaved)
    {
        using var source = Widened.Read(x);
        using var result = Widened.Write(Tensor.Empty(x.DType, x.Sizes));
        using var cosines = Widened.Read(cos);
        using var sines = Widened.Read(sin);
        if (x.DType == DType.Float64)
            Run<double>(source.Tensor, result.Tensor, cosines.Tensor, sines.Tensor, positions, interleaved);
        else
            Run<float>(source.Tensor, result.Tensor, cosines.Tensor, sines.Tensor, positions, interleaved);
        return result.Round();
    }

    private static void Run<T>(Tensor source, Tensor result, Tensor cos, Tensor sin, long[] positions, bool interleaved)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int heads = (int)source.Sizes[^2], headSize = (int)source.Sizes[^1], angles = (int)cos.Sizes[1];
        RowBlocks.Run(positions.Length, (long)heads * headSize, (first, count) =>
        {
            for (int token = first; token < first + count; token++)
            {
                var c = cos.ReadOnlySpan<T>().Slice((int)positions[token] * angles, angles);
                var s = sin.ReadOnlySpan<T>().Slice((int)positions[token] * angles, angles);
                for (int head = token * heads; head < (token + 1) * heads; head++)
                {
                    var x = source.ReadOnlySpan<T>().Slice(head * headSize, headSize);
                    var y = result.Span<T>().Slice(head * headSize, headSize);
                    x[(2 * angles)..].CopyTo(y[(2 * angles)..]);
                    if (interleaved)
                        TurnNeighbours(x, y, c, s);
                    else
                        TurnHalves(x[..angles], x.Slice(angles, angles), y[..angles], y.Slice(angles, angles), c, s);
                }
            }
        });
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

    private static void TurnNeighbours<T>(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<T> cos, ReadOnlySpan<T> sin)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < cos.Length; i++)
        {
            T a = x[2 * i], b = x[(2 * i) + 1];
            y[2 * i] = (a * cos[i]) - (b * sin[i]);
            y[(2 * i) + 1] = (b * cos[i]) + (a * sin[i]);
        }
    }
}
