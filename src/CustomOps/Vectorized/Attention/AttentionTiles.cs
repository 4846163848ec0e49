using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// Grouped-query attention in one pass over tiles of keys (Milakov, Gimelshein 2018; Dao et al. 2022): the greatest logit so
/// far m, the sum Σ exp(l − m), and the mixed values are kept for each row and rescaled by exp(m − m′) when m grows to m′.
/// </summary>
/// <remarks>
/// The rows of a block are some tokens times the heads of one group, which share every tile of keys and values. Tiles that lie
/// in the future of all rows are skipped. Tiles begin at fixed places, and keys that a row does not see weigh 0, added last:
/// with a causal mask a row is the same, bit for bit, in a run of any length.
/// </remarks>
internal sealed unsafe class AttentionTiles<T>(T* query, T* key, T* value, T* result, AttentionSizes sizes, T scale, bool causal)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int BlockRows = 64;

    // The logits of a block and a tile of keys stay in the second-level cache.
    private const int TileKeys = 128;

    private readonly int _group = sizes.Heads / sizes.KeyHeads;

    /// <summary>Computes all heads.</summary>
    public void Run()
    {
        int tokens = Math.Max(1, BlockRows / Math.Max(1, _group)), blocks = (sizes.Rows + tokens - 1) / tokens;
        long units = (long)sizes.Batch * sizes.KeyHeads * blocks;
        long width = (long)tokens * _group * Math.Max(1, sizes.Keys) * (sizes.HeadSize + sizes.ValueSize);
        if (_group == 0 || units == 0)
            return;
        RowBlocks.Run(units, width, (first, count) =>
        {
            int rows = tokens * _group;
            int[] lengths = [rows * sizes.HeadSize, rows * TileKeys, TileKeys * sizes.HeadSize, TileKeys * GemmBlocks.Columns, rows * GemmBlocks.Columns, rows * sizes.ValueSize, 3 * rows];
            T[] rented = ArrayPool<T>.Shared.Rent(lengths.Sum());
            fixed (T* start = rented)
            {
                var scratch = new Scratch(start, lengths);
                for (int i = first; i < first + count; i++)
                    RunBlock(i % blocks * tokens, tokens, i / blocks % sizes.KeyHeads, i / blocks / sizes.KeyHeads, scratch);
            }

            ArrayPool<T>.Shared.Return(rented);
        });
    }

    private void RunBlock(int firstToken, int tokens, int keyHead, int batch, Scratch scratch)
    {
        tokens = Math.Min(tokens, sizes.Rows - firstToken);
        int rows = tokens * _group, keys = causal ? Math.Min(sizes.Keys, firstToken + tokens) : sizes.Keys;
        nint token = ((nint)batch * sizes.Rows) + firstToken, head = (nint)keyHead * _group;
        for (int i = 0; i < tokens; i++)
        {
            int width = _group * sizes.HeadSize;
            var source = new ReadOnlySpan<T>(query + ((((token + i) * sizes.Heads) + head) * sizes.HeadSize), width);
            TensorPrimitives.Multiply(source, scale, new Span<T>(scratch.Query + ((nint)i * width), width));
        }

        new Span<T>(scratch.Greatest, rows).Fill(T.NegativeInfinity);
        new Span<T>(scratch.Sums, rows).Clear();
        new Span<T>(scratch.Mixed, rows * sizes.ValueSize).Clear();
        for (int first = 0; first < keys; first += TileKeys)
            RunTile(firstToken, rows, first, Math.Min(TileKeys, keys - first), keyHead, batch, scratch);

        for (int i = 0; i < rows; i++)
        {
            var mixed = new Span<T>(scratch.Mixed + ((nint)i * sizes.ValueSize), sizes.ValueSize);
            if (scratch.Sums[i] != T.Zero)
                TensorPrimitives.Divide(mixed, scratch.Sums[i], mixed);
        }

        for (int i = 0; i < tokens; i++)
        {
            int width = _group * sizes.ValueSize;
            new ReadOnlySpan<T>(scratch.Mixed + ((nint)i * width), width)
                .CopyTo(new Span<T>(result + ((((token + i) * sizes.Heads) + head) * sizes.ValueSize), width));
        }
    }

    private void RunTile(int firstToken, int rows, int firstKey, int keys, int keyHead, int batch, Scratch scratch)
    {
        nint place = ((((nint)batch * sizes.Keys) + firstKey) * sizes.KeyHeads) + keyHead;
        for (int j = 0; j < keys; j++)
        {
            new ReadOnlySpan<T>(key + ((place + ((nint)j * sizes.KeyHeads)) * sizes.HeadSize), sizes.HeadSize)
                .CopyTo(new Span<T>(scratch.Keys + ((nint)j * sizes.HeadSize), sizes.HeadSize));
        }

        GemmDotKernels.Run(scratch.Query, scratch.Keys, null, scratch.Logits, rows, keys, sizes.HeadSize, TileKeys);
        for (int i = 0; i < rows; i++)
        {
            int seen = causal ? Math.Clamp(firstToken + (i / _group) + 1 - firstKey, 0, keys) : keys;
            Weigh(i, seen, keys, scratch);
        }

        T* values = value + (place * sizes.ValueSize);
        nint stride = (nint)sizes.KeyHeads * sizes.ValueSize;
        for (int column = 0; column < sizes.ValueSize; column += GemmBlocks.Columns)
        {
            int columns = Math.Min(GemmBlocks.Columns, sizes.ValueSize - column);
            bool whole = columns == GemmBlocks.Columns;
            if (!whole)
                GemmOuter<T>.Pack(values + column, stride, scratch.Values, columns, keys);
            GemmOuter<T>.Run(
                scratch.Logits, TileKeys, whole ? values + column : scratch.Values, whole ? stride : GemmBlocks.Columns,
                scratch.Products, GemmBlocks.Columns, rows, columns, keys);
            for (int i = 0; i < rows; i++)
            {
                var mixed = new Span<T>(scratch.Mixed + ((nint)i * sizes.ValueSize) + column, columns);
                TensorPrimitives.MultiplyAdd(mixed, scratch.Factors[i], new ReadOnlySpan<T>(scratch.Products + ((nint)i * GemmBlocks.Columns), columns), mixed);
            }
        }
    }

    /// <summary>Makes a row's logits of a tile exp(l − m′), and says in Factors by what the values so far are multiplied.</summary>
    private static void Weigh(int row, int seen, int keys, Scratch scratch)
    {
        var weights = new Span<T>(scratch.Logits + ((nint)row * TileKeys), (keys + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count);
        weights[seen..].Fill(T.NegativeInfinity);
        T before = scratch.Greatest[row], greatest = T.Max(before, TensorPrimitives.Max<T>(weights));
        if (T.IsNegativeInfinity(greatest))
        {
            weights.Clear();
            scratch.Factors[row] = T.One;
            return;
        }

        TensorPrimitives.Subtract(weights, greatest, weights);
        AttentionRows<T>.Exponentiate(weights);
        T factor = T.Exp(before - greatest);
        scratch.Greatest[row] = greatest;
        scratch.Factors[row] = factor;
        scratch.Sums[row] = (scratch.Sums[row] * factor) + AttentionRows<T>.Sum(weights);
    }

    /// <summary>Where a core's block lies in its rented memory.</summary>
    private readonly struct Scratch(T* start, int[] lengths)
    {
        public T* Query { get; } = start;

        public T* Logits { get; } = start + lengths[0];

        public T* Keys { get; } = start + lengths[0] + lengths[1];

        public T* Values { get; } = start + lengths[0] + lengths[1] + lengths[2];

        public T* Products { get; } = start + lengths[0] + lengths[1] + lengths[2] + lengths[3];

        public T* Mixed { get; } = start + lengths[0] + lengths[1] + lengths[2] + lengths[3] + lengths[4];

        public T* Greatest { get; } = start + lengths[..6].Sum();

        public T* Sums => Greatest + (lengths[6] / 3);

        public T* Factors => Greatest + (lengths[6] / 3 * 2);
    }
}
