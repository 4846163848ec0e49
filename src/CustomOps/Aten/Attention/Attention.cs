using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Attention: softmax(scale · Q·Kᵀ + mask) · V for every head (Vaswani et al. 2017). Memory beyond the result is the logits
/// of a few rows for each core, whatever the lengths are.
/// </summary>
internal static class Attention
{
    /// <summary>Computes every head.</summary>
    /// <param name="query">[batch..., L, E], floating-point.</param>
    /// <param name="key">[batch..., S, E].</param>
    /// <param name="value">[batch..., S, V].</param>
    /// <param name="mask">Broadcast to [batch..., L, S]: true where a key takes part, or what is added to its logit.</param>
    /// <param name="causal">Row i sees the keys 0…i only.</param>
    /// <param name="scale">The factor of the logits; 1/√E where null.</param>
    /// <param name="grouped">Key and value heads serve groups of query heads.</param>
    /// <param name="logSumExp">Takes ln Σ exp(logit) of each row where given.</param>
    public static Tensor Run(
        Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal, double? scale, bool grouped, double[]? logSumExp = null)
    {
        using var q = Widened.Read(query);
        using var k = Widened.Read(key);
        using var v = Widened.Read(value);
        using var added = mask is null || mask.DType == DType.Bool ? default : Widened.Read(mask, q.Tensor.DType);
        long[] batch = grouped
            ? Broadcast.Sizes(query.Sizes[..^2], Broadcast.Sizes([.. key.Sizes[..^3], 1], [.. value.Sizes[..^3], 1]))
            : Broadcast.Sizes(query.Sizes[..^2], Broadcast.Sizes(key.Sizes[..^2], value.Sizes[..^2]));
        using var result = Widened.Write(Tensor.Empty(query.DType, [.. batch, query.Sizes[^2], value.Sizes[^1]]));
        var heads = new AttentionHeads(
            BatchMatrices.Of(query.Sizes[..^2], batch),
            BatchMatrices.Of(key.Sizes[..^2], batch, grouped),
            BatchMatrices.Of(value.Sizes[..^2], batch, grouped),
            mask is null ? [] : BatchMatrices.Of(mask.Rank < 2 ? [] : mask.Sizes[..^2], batch),
            (int)query.Sizes[^2],
            (int)key.Sizes[^2],
            (int)query.Sizes[^1],
            (int)value.Sizes[^1],
            mask is { Rank: >= 2 } ? (int)mask.Sizes[^2] : 1,
            mask is { Rank: >= 1 } ? (int)mask.Sizes[^1] : 1,
            causal,
            scale ?? (1 / Math.Sqrt(query.Sizes[^1])));
        if (q.Tensor.DType == DType.Float64)
            Run<double>(heads, q.Tensor, k.Tensor, v.Tensor, mask, added.Tensor, result.Tensor, logSumExp);
        else
            Run<float>(heads, q.Tensor, k.Tensor, v.Tensor, mask, added.Tensor, result.Tensor, logSumExp);
        return result.Round();
    }

    private static unsafe void Run<T>(
        AttentionHeads heads, Tensor query, Tensor key, Tensor value, Tensor? mask, Tensor? added, Tensor result, double[]? logSumExp)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* q = query.ReadOnlySpan<T>(), k = key.ReadOnlySpan<T>(), v = value.ReadOnlySpan<T>(), y = result.Span<T>())
        {
            fixed (T* bias = added is null ? [] : added.ReadOnlySpan<T>())
            {
                fixed (bool* keep = mask is { DType: DType.Bool } ? mask.ReadOnlySpan<bool>() : [])
                    new AttentionRows<T>(heads, q, k, v, bias, keep, mask is not null, y, logSumExp).Run();
            }
        }
    }
}
