using Evergraph.CustomOps;

namespace Evergraph.Samples.VendorPlugin;

/// <summary>evergraph::rotary_embedding by the vendor's library, which knows one of the two layouts.</summary>
public static class AscendRotaryEmbedding
{
    /// <summary>As q and k; float32, positions in int64.</summary>
    /// <exception cref="ImplementationException">The layout is interleaved; dispatch calls another implementation then.</exception>
    [Implementation(typeof(RotaryEmbedding), "ascend.rotary_embedding", Kind = ImplementationKind.Vendor, Vendor = "ascend", DTypes = [DType.Float32, DType.Int64], Probe = nameof(Probe))]
    public static (Tensor Q, Tensor K) Run(Tensor q, Tensor k, Tensor cos, Tensor sin, Tensor? position_ids, bool interleaved)
    {
        if (interleaved)
            throw new ImplementationException("the library rotates halves only: interleaved features are not supported");
        long[] positions = Positions(q.Sizes[..^2], cos.Sizes[0], position_ids);
        return (Rotate(q, cos, sin, positions), Rotate(k, cos, sin, positions));
    }

    /// <summary>Whether the device is there.</summary>
    public static Availability Probe() => AscendDevice.Probe();

    private static Tensor Rotate(Tensor x, Tensor cos, Tensor sin, long[] positions)
    {
        var y = Tensor.Empty(x.DType, x.Sizes);
        AscendDevice.Library.Rotate(
            x.ReadOnlySpan<float>(), cos.ReadOnlySpan<float>(), sin.ReadOnlySpan<float>(), positions, y.Span<float>(),
            (int)x.Sizes[^2], (int)x.Sizes[^1], (int)cos.Sizes[1]);
        return y;
    }

    /// <summary>For each token its row of cos and sin; the library trusts them, so they are checked here.</summary>
    private static long[] Positions(ReadOnlySpan<long> tokens, long rows, Tensor? positionIds)
    {
        long count = 1;
        foreach (long size in tokens)
            count *= size;
        var positions = new long[count];
        if (positionIds is null)
        {
            for (int i = 0; i < positions.Length; i++)
                positions[i] = i % tokens[^1];
            return positions;
        }

        if (!positionIds.Sizes.SequenceEqual(tokens))
            throw new ImplementationException($"positions that are broadcast are not supported: expected one for each token, given {positionIds}");
        positionIds.ReadOnlySpan<long>().CopyTo(positions);
        foreach (long position in positions)
        {
            if (position < 0 || position >= rows)
                throw new ArgumentOutOfRangeException(nameof(positionIds), position, $"a position is not a row of cos and sin: expected 0 to {rows - 1}");
        }

        return positions;
    }
}
