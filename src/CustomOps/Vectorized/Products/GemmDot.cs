using System.Runtime.CompilerServices;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// The product C = A·Bᵀ of row-major matrices whose rows both run along the summed axis, so that nothing is packed.
/// </summary>
/// <remarks>
/// Every element of C is one vector of partial sums, filled in the order of k and added up at the end in one fixed order.
/// Tiles only decide which elements share loads. Hence an element depends on its row of A and its row of B alone, bit for
/// bit: not on how many rows there are, which rows are computed together, or on how many threads.
/// Tiles are compiled optimised at once: each is a long loop, and a first pass over a model would be over before the runtime
/// finds that it is worth it.
/// </remarks>
internal static unsafe class GemmDot<TLanes, TElement, TOperand, TSum, TResult>
    where TLanes : IGemmLanes<TElement, TOperand, TSum, TResult>
    where TElement : unmanaged
    where TOperand : struct
    where TSum : struct
    where TResult : unmanaged
{
    private const int TileColumns = 4;

    /// <summary>Computes a block of C.</summary>
    /// <remarks>
    /// A has m rows of k elements, B has n rows of k elements, the bias one element for each row of B (or it is null), and C
    /// m rows of n elements, each <c>stride</c> after the one before.
    /// </remarks>
    public static void Run(TElement* a, TElement* b, TResult* bias, TResult* c, int m, int n, int k, nint stride)
    {
        TElement* tails = stackalloc TElement[8 * TLanes.Count];
        // Four rows of B stay in the first-level cache while the rows of A pass by: B, the larger, is read once.
        int column = 0;
        for (; column <= n - TileColumns; column += TileColumns)
        {
            PadTails(b, TileColumns, k, tails);
            int row = 0;
            if (TLanes.TileRows >= 4)
            {
                for (; row <= m - 4; row += 4)
                    Tile4(a + ((nint)row * k), b, bias, c + (row * stride), k, stride, tails);
            }

            for (; row <= m - 2; row += 2)
                Tile2(a + ((nint)row * k), b, bias, c + (row * stride), k, stride, tails);
            if (row < m)
                Tile1(a + ((nint)row * k), b, bias, c + (row * stride), k, tails);
            b += (nint)TileColumns * k;
            c += TileColumns;
            bias += bias == null ? 0 : TileColumns;
        }

        for (; column < n; column++)
        {
            for (int row = 0; row < m; row++)
            {
                var total = Dot(a + ((nint)row * k), b, k, tails);
                c[row * stride] = bias == null ? total : TLanes.Add(total, *bias);
            }

            b += k;
            c++;
            bias += bias == null ? 0 : 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4(TElement* a0, TElement* b0, TResult* bias, TResult* c, int k, nint stride, TElement* tails)
    {
        PadTails(a0, 4, k, tails + (TileColumns * TLanes.Count));
        TElement* a1 = a0 + k, a2 = a1 + k, a3 = a2 + k, b1 = b0 + k, b2 = b1 + k, b3 = b2 + k;
        TSum s00 = default, s01 = default, s02 = default, s03 = default;
        TSum s10 = default, s11 = default, s12 = default, s13 = default;
        TSum s20 = default, s21 = default, s22 = default, s23 = default;
        TSum s30 = default, s31 = default, s32 = default, s33 = default;
        nint i = 0, rest = k;
        while (true)
        {
            for (; rest >= TLanes.Count; i += TLanes.Count, rest -= TLanes.Count)
            {
                TOperand v0 = TLanes.Load(b0 + i), v1 = TLanes.Load(b1 + i), v2 = TLanes.Load(b2 + i), v3 = TLanes.Load(b3 + i);
                var u = TLanes.Load(a0 + i);
                s00 = TLanes.MultiplyAdd(u, v0, s00);
                s01 = TLanes.MultiplyAdd(u, v1, s01);
                s02 = TLanes.MultiplyAdd(u, v2, s02);
                s03 = TLanes.MultiplyAdd(u, v3, s03);
                u = TLanes.Load(a1 + i);
                s10 = TLanes.MultiplyAdd(u, v0, s10);
                s11 = TLanes.MultiplyAdd(u, v1, s11);
                s12 = TLanes.MultiplyAdd(u, v2, s12);
                s13 = TLanes.MultiplyAdd(u, v3, s13);
                u = TLanes.Load(a2 + i);
                s20 = TLanes.MultiplyAdd(u, v0, s20);
                s21 = TLanes.MultiplyAdd(u, v1, s21);
                s22 = TLanes.MultiplyAdd(u, v2, s22);
                s23 = TLanes.MultiplyAdd(u, v3, s23);
                u = TLanes.Load(a3 + i);
                s30 = TLanes.MultiplyAdd(u, v0, s30);
                s31 = TLanes.MultiplyAdd(u, v1, s31);
                s32 = TLanes.MultiplyAdd(u, v2, s32);
                s33 = TLanes.MultiplyAdd(u, v3, s33);
            }

            if (rest == 0)
                break;
            b0 = tails;
            b1 = tails + TLanes.Count;
            b2 = tails + (2 * TLanes.Count);
            b3 = tails + (3 * TLanes.Count);
            a0 = tails + (4 * TLanes.Count);
            a1 = tails + (5 * TLanes.Count);
            a2 = tails + (6 * TLanes.Count);
            a3 = tails + (7 * TLanes.Count);
            i = 0;
            rest = TLanes.Count;
        }

        Store(c, bias, s00, s01, s02, s03);
        Store(c + stride, bias, s10, s11, s12, s13);
        Store(c + (2 * stride), bias, s20, s21, s22, s23);
        Store(c + (3 * stride), bias, s30, s31, s32, s33);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2(TElement* a0, TElement* b0, TResult* bias, TResult* c, int k, nint stride, TElement* tails)
    {
        PadTails(a0, 2, k, tails + (TileColumns * TLanes.Count));
        TElement* a1 = a0 + k, b1 = b0 + k, b2 = b1 + k, b3 = b2 + k;
        TSum s00 = default, s01 = default, s02 = default, s03 = default;
        TSum s10 = default, s11 = default, s12 = default, s13 = default;
        nint i = 0, rest = k;
        while (true)
        {
            for (; rest >= TLanes.Count; i += TLanes.Count, rest -= TLanes.Count)
            {
                TOperand u0 = TLanes.Load(a0 + i), u1 = TLanes.Load(a1 + i);
                var v = TLanes.Load(b0 + i);
                s00 = TLanes.MultiplyAdd(u0, v, s00);
                s10 = TLanes.MultiplyAdd(u1, v, s10);
                v = TLanes.Load(b1 + i);
                s01 = TLanes.MultiplyAdd(u0, v, s01);
                s11 = TLanes.MultiplyAdd(u1, v, s11);
                v = TLanes.Load(b2 + i);
                s02 = TLanes.MultiplyAdd(u0, v, s02);
                s12 = TLanes.MultiplyAdd(u1, v, s12);
                v = TLanes.Load(b3 + i);
                s03 = TLanes.MultiplyAdd(u0, v, s03);
                s13 = TLanes.MultiplyAdd(u1, v, s13);
            }

            if (rest == 0)
                break;
            b0 = tails;
            b1 = tails + TLanes.Count;
            b2 = tails + (2 * TLanes.Count);
            b3 = tails + (3 * TLanes.Count);
            a0 = tails + (4 * TLanes.Count);
            a1 = tails + (5 * TLanes.Count);
            i = 0;
            rest = TLanes.Count;
        }

        Store(c, bias, s00, s01, s02, s03);
        Store(c + stride, bias, s10, s11, s12, s13);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1(TElement* a0, TElement* b0, TResult* bias, TResult* c, int k, TElement* tails)
    {
        PadTails(a0, 1, k, tails + (TileColumns * TLanes.Count));
        TElement* b1 = b0 + k, b2 = b1 + k, b3 = b2 + k;
        TSum s0 = default, s1 = default, s2 = default, s3 = default;
        nint i = 0, rest = k;
        while (true)
        {
            for (; rest >= TLanes.Count; i += TLanes.Count, rest -= TLanes.Count)
            {
                var u = TLanes.Load(a0 + i);
                s0 = TLanes.MultiplyAdd(u, TLanes.Load(b0 + i), s0);
                s1 = TLanes.MultiplyAdd(u, TLanes.Load(b1 + i), s1);
                s2 = TLanes.MultiplyAdd(u, TLanes.Load(b2 + i), s2);
                s3 = TLanes.MultiplyAdd(u, TLanes.Load(b3 + i), s3);
            }

            if (rest == 0)
                break;
            b0 = tails;
            b1 = tails + TLanes.Count;
            b2 = tails + (2 * TLanes.Count);
            b3 = tails + (3 * TLanes.Count);
            a0 = tails + (4 * TLanes.Count);
            i = 0;
            rest = TLanes.Count;
        }

        Store(c, bias, s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TResult Dot(TElement* a, TElement* b, int k, TElement* tails)
    {
        PadTails(a, 1, k, tails);
        PadTails(b, 1, k, tails + TLanes.Count);
        TSum sum = default;
        nint i = 0;
        for (; i <= k - TLanes.Count; i += TLanes.Count)
            sum = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), sum);
        if (i < k)
            sum = TLanes.MultiplyAdd(TLanes.Load(tails), TLanes.Load(tails + TLanes.Count), sum);
        TResult* totals = stackalloc TResult[TileColumns];
        TLanes.Total(sum, default, default, default, totals);
        return totals[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TResult* c, TResult* bias, TSum s0, TSum s1, TSum s2, TSum s3)
    {
        TLanes.Total(s0, s1, s2, s3, c);
        for (int i = 0; bias != null && i < TileColumns; i++)
            c[i] = TLanes.Add(c[i], bias[i]);
    }

    /// <summary>
    /// Copies what is left of each row after its last whole vector, followed by zeros. It is done before a tile starts: a
    /// call in its midst would spill every sum.
    /// </summary>
    private static void PadTails(TElement* rows, int count, int k, TElement* tails)
    {
        int rest = k % TLanes.Count;
        if (rest == 0)
            return;
        for (int row = 0; row < count; row++, tails += TLanes.Count)
        {
            var padded = new Span<TElement>(tails, TLanes.Count);
            new ReadOnlySpan<TElement>(rows + ((nint)(row + 1) * k) - rest, rest).CopyTo(padded);
            padded[rest..].Clear();
        }
    }
}
