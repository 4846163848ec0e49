namespace Evergraph.CustomOps;

/// <summary>Turns pairs of features, one after the other; see <see cref="RotaryEmbedding"/>.</summary>
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

    /// <summary>Turns [..., tokens, heads, head size], in float64, and rounds once.</summary>
    public static Tensor Run(Tensor x, Tensor cos, Tensor sin, long[] positions, bool interleaved)
    {
        int heads = (int)x.Sizes[^2], headSize = (int)x.Sizes[^1], angles = (int)cos.Sizes[1];
        var result = Scratch.Empty(DType.Float64, x.Sizes);
        var source = Scratch.As(x, DType.Float64).ReadOnlySpan<double>();
        var cosines = Scratch.As(cos, DType.Float64).ReadOnlySpan<double>();
        var sines = Scratch.As(sin, DType.Float64).ReadOnlySpan<double>();
        var y = result.Span<double>();
        source.CopyTo(y);
        for (int head = 0; head < positions.Length * heads; head++)
        {
            for (int i = 0; i < angles; i++)
            {
                int first = (head * headSize) + (interleaved ? 2 * i : i), second = interleaved ? first + 1 : first + angles;
                double a = source[first], b = source[second];
                int angle = ((int)positions[head / heads] * angles) + i;
                y[first] = (a * cosines[angle]) - (b * sines[angle]);
                y[second] = (b * cosines[angle]) + (a * sines[angle]);
            }
        }

        return Casts.To(result, x.DType);
    }
}
