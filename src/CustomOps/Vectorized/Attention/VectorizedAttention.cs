using System.Numerics;
using Evergraph.CustomOps.Aten;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// Attention in tiles of vectors, shared among the processor's cores; see <see cref="Attention"/>. Memory beyond the result
/// is the logits of a few rows for each core, whatever the lengths are.
/// </summary>
internal static class VectorizedAttention
{
    /// <summary>Computes every head; the parameters are those of <see cref="Attention.Run"/>.</summary>
    public static Tensor Run(
        Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal, double? scale, bool grouped, double[]? logSumExp = null)
    {
        using var q = Widened.Read(query);
        using var k = Widened.Read(key);
        using var v = Widened.Read(value);
        using var added = mask is null || mask.DType == DType.Bool ? default : Widened.Read(mask, q.Tensor.DType);
        var heads = AttentionHeads.Of(query, key, value, mask, causal, scale, grouped);
        using var result = Widened.Write(Tensor.Empty(query.DType, [.. heads.Batch, heads.Rows, heads.ValueSize]));
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
