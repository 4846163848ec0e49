using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// The product C = A·B of row-major matrices, where the rows of B run along the columns of C: each vector holds
/// neighbouring columns, and k is summed one term after the other with fused multiply-adds.
/// </summary>
/// <remarks>
/// As with <see cref="GemmDot{TLanes, TElement, TOperand, TSum, TResult}"/>, an element of C depends on its row of A and its
/// column of B alone, bit for bit. Tiles are compiled optimised at once, for the same reason.
/// </remarks>
internal static unsafe class GemmOuter<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Computes up to <see cref="GemmBlocks.Columns"/> columns of C.</summary>
    /// <remarks>
    /// A has m rows of k elements, C has m rows of n elements, and B k rows of which <see cref="GemmBlocks.Columns"/> elements
    /// can be read even where n is less; rows are their <c>stride</c> apart.
    /// </remarks>
    public static void Run(T* a, nint aStride, T* b, nint bStride, T* c, nint cStride, int m, int n, int k)
    {
        const int Columns = GemmBlocks.Columns;
        T* edge = stackalloc T[4 * Columns];
        for (int row = 0; row < m; row += 4, a += 4 * aStride, c += 4 * cStride)
        {
            int rows = Math.Min(4, m - row);
            // A block that is narrower than its tile goes through the edge buffer: C has no room for the padding.
            T* target = n < Columns ? edge : c;
            nint stride = n < Columns ? Columns : cStride;
            if (rows == 4 && Vector512.IsHardwareAccelerated)
            {
                Tile4(a, aStride, b, bStride, target, stride, k);
            }
            else
            {
                int done = rows & ~1;
                for (int i = 0; i < done; i += 2)
                    Tile2(a + (i * aStride), aStride, b, bStride, target + (i * stride), stride, k);
                if (done < rows)
                    Tile1(a + (done * aStride), b, bStride, target + (done * stride), k);
            }

            for (int i = 0; n < Columns && i < rows; i++)
                new ReadOnlySpan<T>(edge + (i * Columns), n).CopyTo(new Span<T>(c + (i * cStride), n));
        }
    }

    /// <summary>Copies n columns of B to rows of <see cref="GemmBlocks.Columns"/> elements, filled up with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(T* b, nint bStride, T* packed, int n, int k)
    {
        for (nint i = 0; i < k; i++, b += bStride, packed += GemmBlocks.Columns)
        {
            var row = new Span<T>(packed, GemmBlocks.Columns);
            new ReadOnlySpan<T>(b, n).CopyTo(row);
            row[n..].Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4(T* a0, nint aStride, T* b, nint bStride, T* c, nint cStride, int k)
    {
        int lanes = Vector512<T>.Count;
        T* a1 = a0 + aStride, a2 = a1 + aStride, a3 = a2 + aStride;
        for (int column = 0; column < GemmBlocks.Columns; column += 4 * lanes)
        {
            T* source = b + column;
            Vector512<T> s00 = default, s01 = default, s02 = default, s03 = default;
            Vector512<T> s10 = default, s11 = default, s12 = default, s13 = default;
            Vector512<T> s20 = default, s21 = default, s22 = default, s23 = default;
            Vector512<T> s30 = default, s31 = default, s32 = default, s33 = default;
            for (nint i = 0; i < k; i++, source += bStride)
            {
                Vector512<T> v0 = Vector512.Load(source), v1 = Vector512.Load(source + lanes), v2 = Vector512.Load(source + (2 * lanes)), v3 = Vector512.Load(source + (3 * lanes));
                var u = Vector512.Create(a0[i]);
                s00 = MultiplyAdd(u, v0, s00);
                s01 = MultiplyAdd(u, v1, s01);
                s02 = MultiplyAdd(u, v2, s02);
                s03 = MultiplyAdd(u, v3, s03);
                u = Vector512.Create(a1[i]);
                s10 = MultiplyAdd(u, v0, s10);
                s11 = MultiplyAdd(u, v1, s11);
                s12 = MultiplyAdd(u, v2, s12);
                s13 = MultiplyAdd(u, v3, s13);
                u = Vector512.Create(a2[i]);
                s20 = MultiplyAdd(u, v0, s20);
                s21 = MultiplyAdd(u, v1, s21);
                s22 = MultiplyAdd(u, v2, s22);
                s23 = MultiplyAdd(u, v3, s23);
                u = Vector512.Create(a3[i]);
                s30 = MultiplyAdd(u, v0, s30);
                s31 = MultiplyAdd(u, v1, s31);
                s32 = MultiplyAdd(u, v2, s32);
                s33 = MultiplyAdd(u, v3, s33);
            }

            Store(c + column, s00, s01, s02, s03);
            Store(c + cStride + column, s10, s11, s12, s13);
            Store(c + (2 * cStride) + column, s20, s21, s22, s23);
            Store(c + (3 * cStride) + column, s30, s31, s32, s33);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2(T* a0, nint aStride, T* b, nint bStride, T* c, nint cStride, int k)
    {
        int lanes = Vector256<T>.Count;
        T* a1 = a0 + aStride;
        for (int column = 0; column < GemmBlocks.Columns; column += 4 * lanes)
        {
            T* source = b + column;
            Vector256<T> s00 = default, s01 = default, s02 = default, s03 = default;
            Vector256<T> s10 = default, s11 = default, s12 = default, s13 = default;
            for (nint i = 0; i < k; i++, source += bStride)
            {
                Vector256<T> u0 = Vector256.Create(a0[i]), u1 = Vector256.Create(a1[i]);
                var v = Vector256.Load(source);
                s00 = MultiplyAdd(u0, v, s00);
                s10 = MultiplyAdd(u1, v, s10);
                v = Vector256.Load(source + lanes);
                s01 = MultiplyAdd(u0, v, s01);
                s11 = MultiplyAdd(u1, v, s11);
                v = Vector256.Load(source + (2 * lanes));
                s02 = MultiplyAdd(u0, v, s02);
                s12 = MultiplyAdd(u1, v, s12);
                v = Vector256.Load(source + (3 * lanes));
                s03 = MultiplyAdd(u0, v, s03);
                s13 = MultiplyAdd(u1, v, s13);
            }

            Store(c + column, s00, s01, s02, s03);
            Store(c + cStride + column, s10, s11, s12, s13);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1(T* a, T* b, nint bStride, T* c, int k)
    {
        int lanes = Vector256<T>.Count;
        for (int column = 0; column < GemmBlocks.Columns; column += 4 * lanes)
        {
            T* source = b + column;
            Vector256<T> s0 = default, s1 = default, s2 = default, s3 = default;
            for (nint i = 0; i < k; i++, source += bStride)
            {
                var u = Vector256.Create(a[i]);
                s0 = MultiplyAdd(u, Vector256.Load(source), s0);
                s1 = MultiplyAdd(u, Vector256.Load(source + lanes), s1);
                s2 = MultiplyAdd(u, Vector256.Load(source + (2 * lanes)), s2);
                s3 = MultiplyAdd(u, Vector256.Load(source + (3 * lanes)), s3);
            }

            Store(c + column, s0, s1, s2, s3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> sum) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), sum.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), sum.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> MultiplyAdd(Vector256<T> left, Vector256<T> right, Vector256<T> sum) => typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), sum.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), sum.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, Vector512<T> s0, Vector512<T> s1, Vector512<T> s2, Vector512<T> s3)
    {
        int lanes = Vector512<T>.Count;
        s0.Store(c);
        s1.Store(c + lanes);
        s2.Store(c + (2 * lanes));
        s3.Store(c + (3 * lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, Vector256<T> s0, Vector256<T> s1, Vector256<T> s2, Vector256<T> s3)
    {
        int lanes = Vector256<T>.Count;
        s0.Store(c);
        s1.Store(c + lanes);
        s2.Store(c + (2 * lanes));
        s3.Store(c + (3 * lanes));
    }
}
