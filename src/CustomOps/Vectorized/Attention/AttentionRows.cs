using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using Evergraph.CustomOps.Aten;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// Attention over blocks of rows: the logits of a block against all its keys, their softmax, and the product with the values.
/// </summary>
/// <remarks>
/// A row's softmax runs over whole vectors, padded with −∞ whose exponential is 0, and lane i sums the keys i, i + lanes, …
/// So keys that a row does not see change no bit of it: with a causal mask a row is the same in a run of any length.
/// A row that sees no key is 0, as PyTorch gives since 2.5 (<c>_safe_softmax</c>, pytorch/pytorch#131060).
/// </remarks>
internal sealed unsafe class AttentionRows<T>(
    AttentionHeads heads, T* query, T* key, T* value, T* bias, bool* keep, bool masked, T* result, double[]? logSumExp)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int BlockRows = 32;

    // The widest vectors for every processor: the padding must not depend on what it runs on.
    private static int Lanes => Vector512<T>.Count;

    /// <summary>Computes all heads.</summary>
    public void Run()
    {
        int blocks = (heads.Rows + BlockRows - 1) / BlockRows;
        long width = (long)BlockRows * heads.Keys * (heads.HeadSize + heads.ValueSize);
        RowBlocks.Run((long)heads.Query.Length * blocks, width, (first, count) =>
        {
            int stride = Padded(heads.Keys);
            T[] logits = ArrayPool<T>.Shared.Rent(Math.Min(BlockRows, heads.Rows) * stride);
            T[] packed = ArrayPool<T>.Shared.Rent(heads.Keys * GemmBlocks.Columns);
            fixed (T* logitsStart = logits, packedStart = packed)
            {
                for (int i = first; i < first + count; i++)
                    RunBlock(i / blocks, i % blocks * BlockRows, logitsStart, stride, packedStart);
            }

            ArrayPool<T>.Shared.Return(logits);
            ArrayPool<T>.Shared.Return(packed);
        });
    }

    private static int Padded(int keys) => (keys + Lanes - 1) / Lanes * Lanes;

    private void RunBlock(int head, int firstRow, T* logits, int stride, T* packed)
    {
        int rows = Math.Min(BlockRows, heads.Rows - firstRow);
        int keys = heads.Causal ? Math.Min(heads.Keys, firstRow + rows) : heads.Keys;
        nint row = ((nint)heads.Query[head] * heads.Rows) + firstRow;
        GemmDotKernels.Run(
            query + (row * heads.HeadSize),
            key + ((nint)heads.Key[head] * heads.Keys * heads.HeadSize),
            null,
            logits,
            rows,
            keys,
            heads.HeadSize,
            stride);
        for (int i = 0; i < rows; i++)
        {
            int seen = heads.Causal ? Math.Min(heads.Keys, firstRow + i + 1) : heads.Keys;
            var weights = new Span<T>(logits + ((nint)i * stride), Padded(keys));
            TensorPrimitives.Multiply(weights[..seen], T.CreateTruncating(heads.Scale), weights[..seen]);
            weights[seen..].Fill(T.NegativeInfinity);
            if (masked)
                Mask(head, firstRow + i, weights[..seen]);
            Softmax(weights, ((nint)head * heads.Rows) + firstRow + i);
        }

        T* values = value + ((nint)heads.Value[head] * heads.Keys * heads.ValueSize);
        T* target = result + ((((nint)head * heads.Rows) + firstRow) * heads.ValueSize);
        for (int column = 0; column < heads.ValueSize; column += GemmBlocks.Columns)
        {
            int columns = Math.Min(GemmBlocks.Columns, heads.ValueSize - column);
            bool whole = columns == GemmBlocks.Columns;
            if (!whole)
                GemmOuter<T>.Pack(values + column, heads.ValueSize, packed, columns, keys);
            GemmOuter<T>.Run(
                logits,
                stride,
                whole ? values + column : packed,
                whole ? heads.ValueSize : GemmBlocks.Columns,
                target + column,
                heads.ValueSize,
                rows,
                columns,
                keys);
        }
    }

    private void Mask(int head, int row, Span<T> logits)
    {
        nint start = (((nint)heads.Mask[head] * heads.MaskRows) + (heads.MaskRows == 1 ? 0 : row)) * heads.MaskKeys;
        if (keep == null)
        {
            if (heads.MaskKeys == 1)
                TensorPrimitives.Add(logits, bias[start], logits);
            else
                TensorPrimitives.Add(logits, new ReadOnlySpan<T>(bias + start, logits.Length), logits);
            return;
        }

        for (int i = 0; i < logits.Length; i++)
        {
            if (!keep[start + (heads.MaskKeys == 1 ? 0 : i)])
                logits[i] = T.NegativeInfinity;
        }
    }

    private void Softmax(Span<T> weights, nint row)
    {
        T max = weights.IsEmpty ? T.NegativeInfinity : TensorPrimitives.Max<T>(weights);
        if (T.IsNegativeInfinity(max))
        {
            weights.Clear();
            if (logSumExp is not null)
                logSumExp[row] = double.NegativeInfinity;
            return;
        }

        TensorPrimitives.Subtract(weights, max, weights);
        Exponentiate(weights);
        T sum = Sum(weights);
        if (logSumExp is not null)
            logSumExp[row] = double.CreateTruncating(max) + Math.Log(double.CreateTruncating(sum));
        TensorPrimitives.Divide(weights, sum, weights);
    }

    internal static void Exponentiate(Span<T> weights)
    {
        if (typeof(T) == typeof(float))
        {
            TensorPrimitives.Exp<T>(weights, weights);
            return;
        }

        // The vector function of float64 rounds otherwise where a neighbour in its vector is out of range, as −∞ is.
        for (int i = 0; i < weights.Length; i++)
            weights[i] = T.Exp(weights[i]);
    }

    internal static T Sum(Span<T> weights)
    {
        Vector512<T> sum = default;
        for (int i = 0; i < weights.Length; i += Vector512<T>.Count)
            sum += Vector512.Create<T>(weights[i..]);
        return Vector512.Sum(sum);
    }
}
