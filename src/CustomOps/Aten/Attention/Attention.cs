namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Attention: softmax(scale · Q·Kᵀ + mask) · V for every head (Vaswani et al. 2017), as the formula says, in float64 with
/// one rounding at the end.
/// </summary>
/// <remarks>A row that sees no key is 0, as PyTorch gives since 2.5 (<c>_safe_softmax</c>, pytorch/pytorch#131060).</remarks>
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
        var heads = AttentionHeads.Of(query, key, value, mask, causal, scale, grouped);
        var result = Tensor.Empty(query.DType, [.. heads.Batch, heads.Rows, heads.ValueSize]);
        for (int head = 0; head < heads.Query.Length; head++)
        {
            double[] q = Matrix(query, heads.Query[head], heads.Rows * heads.HeadSize);
            double[] k = Matrix(key, heads.Key[head], heads.Keys * heads.HeadSize);
            double[] v = Matrix(value, heads.Value[head], heads.Keys * heads.ValueSize);
            double[] entries = mask is null ? [] : Matrix(mask, heads.Mask[head], heads.MaskRows * heads.MaskKeys);
            var attended = new double[heads.Rows * heads.ValueSize];
            for (int row = 0; row < heads.Rows; row++)
            {
                var weights = Logits(heads, row, q, k);
                if (mask is not null)
                    Mask(weights, heads, row, entries, mask.DType == DType.Bool);
                double logarithm = Softmax(weights);
                if (logSumExp is not null)
                    logSumExp[(head * heads.Rows) + row] = logarithm;
                var target = attended.AsSpan(row * heads.ValueSize, heads.ValueSize);
                for (int j = 0; j < weights.Length; j++)
                    TensorPrimitives.MultiplyAdd(v.AsSpan(j * heads.ValueSize, heads.ValueSize), weights[j], target, target);
            }

            PlainElements.Write<double>(attended, result, (long)head * attended.Length);
        }

        return result;
    }

    private static double[] Matrix(Tensor tensor, int number, int elements)
    {
        var matrix = new double[elements];
        PlainElements.Read<double>(tensor, (long)number * elements, matrix);
        return matrix;
    }

    /// <summary>scale · Σₑ q[row, e]·k[j, e] for every key j that the row may see.</summary>
    private static double[] Logits(AttentionHeads heads, int row, double[] q, double[] k)
    {
        var logits = new double[heads.Causal ? Math.Min(heads.Keys, row + 1) : heads.Keys];
        for (int j = 0; j < logits.Length; j++)
            logits[j] = heads.Scale * TensorPrimitives.Dot<double>(q.AsSpan(row * heads.HeadSize, heads.HeadSize), k.AsSpan(j * heads.HeadSize, heads.HeadSize));
        return logits;
    }

    private static void Mask(double[] logits, AttentionHeads heads, int row, double[] entries, bool keeps)
    {
        int start = heads.MaskRows == 1 ? 0 : row * heads.MaskKeys;
        for (int j = 0; j < logits.Length; j++)
        {
            double entry = entries[start + (heads.MaskKeys == 1 ? 0 : j)];
            if (!keeps)
                logits[j] += entry;
            else if (entry == 0)
                logits[j] = double.NegativeInfinity;
        }
    }

    /// <summary>exp(lⱼ − max) / Σ exp(l − max), in place.</summary>
    /// <returns>ln Σ exp(l).</returns>
    private static double Softmax(double[] logits)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (double logit in logits)
            max = Math.Max(max, logit);
        if (double.IsNegativeInfinity(max))
        {
            Array.Clear(logits);
            return max;
        }

        for (int j = 0; j < logits.Length; j++)
        {
            logits[j] = Math.Exp(logits[j] - max);
            sum += logits[j];
        }

        for (int j = 0; j < logits.Length; j++)
            logits[j] /= sum;
        return max + Math.Log(sum);
    }
}
