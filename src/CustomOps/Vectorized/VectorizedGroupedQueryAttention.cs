using System.Numerics;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="GroupedQueryAttention"/> with <see cref="AttentionTiles{T}"/>; the 16-bit types are computed in float32 and rounded once.</summary>
public static class VectorizedGroupedQueryAttention
{
    /// <summary>See <see cref="GroupedQueryAttention"/>.</summary>
    [Implementation(typeof(GroupedQueryAttention), "vectorized")]
    public static Tensor Run(Tensor q, Tensor k, Tensor v, double? scale, bool is_causal)
    {
        using var query = Widened.Read(q);
        using var key = Widened.Read(k);
        using var value = Widened.Read(v);
        using var result = Widened.Write(Tensor.Empty(q.DType, [q.Sizes[0], q.Sizes[1], q.Sizes[2], v.Sizes[3]]));
        var sizes = new AttentionSizes(
            (int)q.Sizes[0], (int)q.Sizes[1], (int)k.Sizes[1], (int)q.Sizes[2], (int)k.Sizes[2], (int)q.Sizes[3], (int)v.Sizes[3]);
        double factor = scale ?? (1 / Math.Sqrt(sizes.HeadSize));
        if (query.Tensor.DType == DType.Float64)
            Run<double>(query.Tensor, key.Tensor, value.Tensor, result.Tensor, sizes, factor, is_causal);
        else
            Run<float>(query.Tensor, key.Tensor, value.Tensor, result.Tensor, sizes, factor, is_causal);
        return result.Round();
    }

    private static unsafe void Run<T>(Tensor query, Tensor key, Tensor value, Tensor result, AttentionSizes sizes, double scale, bool causal)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* q = query.ReadOnlySpan<T>(), k = key.ReadOnlySpan<T>(), v = value.ReadOnlySpan<T>(), y = result.Span<T>())
            new AttentionTiles<T>(q, k, v, y, sizes, T.CreateTruncating(scale), causal).Run();
    }
}
