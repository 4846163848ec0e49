using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Kernels;

/// <summary>Against one element at a time, over random boxes: every element size, negative and zero strides, all ranks.</summary>
public class StridedCopyTests
{
    [Fact]
    public void A_gathered_box_is_the_one_that_its_strides_describe()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var dtype = new[] { DType.UInt8, DType.Float16, DType.Int32, DType.Int64 }[random.Next(4)];
            var (sizes, strides, offset, length) = Box(random);
            var source = Numbered(dtype, length);

            var result = StridedCopy.Gather(source, sizes, strides, offset);

            int size = dtype.Size();
            for (long i = 0; i < result.Elements; i++)
            {
                long place = offset + Place(i, sizes, strides);
                Assert.True(
                    result.ReadOnlyBytes().Slice((int)i * size, size).SequenceEqual(source.ReadOnlyBytes().Slice((int)place * size, size)),
                    $"seed {seed}: sizes [{string.Join(", ", sizes)}], strides [{string.Join(", ", strides)}]: element {i}");
            }
        }
    }

    [Fact]
    public void A_scattered_box_lies_where_its_strides_say_and_nowhere_else()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            long[] sizes = [.. Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(1, 5))];
            int[] order = [.. Enumerable.Range(0, sizes.Length)];
            random.Shuffle(order);
            var strides = new long[sizes.Length];
            long next = 1 + random.Next(2);
            foreach (int axis in order)
                (strides[axis], next) = (next, next * (sizes[axis] + random.Next(2)));
            var source = Numbered(DType.Int32, AxisBlock.Product(sizes)).Reinterpret(sizes);
            var target = Tensor.Zeros(DType.Int32, next + 3);

            StridedCopy.Scatter(source, target, strides, 2);

            var expected = new int[target.Elements];
            for (long i = 0; i < source.Elements; i++)
                expected[2 + Place(i, sizes, strides)] = source.ReadOnlySpan<int>()[(int)i];
            Assert.True(target.ReadOnlySpan<int>().SequenceEqual(expected), $"seed {seed}: sizes [{string.Join(", ", sizes)}], strides [{string.Join(", ", strides)}]");
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 70)]
    [InlineData(100, 31)]
    public void A_transpose_that_is_larger_than_a_tile_is_right(int rows, int columns)
    {
        var matrix = Numbered(DType.Int32, rows * columns).Reinterpret(rows, columns);

        var transposed = StridedCopy.Permute(matrix, [1, 0]);

        Assert.Equal([columns, rows], transposed.Sizes.ToArray());
        for (int i = 0; i < rows * columns; i++)
            Assert.Equal(((i % rows) * columns) + (i / rows), transposed.ReadOnlySpan<int>()[i]);
    }

    [Fact]
    public void A_box_of_very_many_axes_is_copied()
    {
        long[] sizes = [.. Enumerable.Repeat(1L, 5000), 2, .. Enumerable.Repeat(1L, 5000), 3];
        int[] order = [.. Enumerable.Range(0, sizes.Length).Reverse()];

        var result = StridedCopy.Permute(Numbered(DType.Int32, 6).Reinterpret(sizes), order);

        Assert.Equal([0, 3, 1, 4, 2, 5], result.ReadOnlySpan<int>().ToArray());
        var strided = StridedCopy.Gather(Numbered(DType.Int32, 1 << 18), [.. Enumerable.Repeat(2L, 18)], [.. Enumerable.Range(0, 18).Select(i => 1L << i)]);
        Assert.Equal([0, 1 << 17, 1 << 16, 3 << 16], strided.ReadOnlySpan<int>()[..4].ToArray());
    }

    [Fact]
    public void Permuting_back_undoes_permuting()
    {
        var tensor = Numbered(DType.Int32, 24).Reinterpret(2, 3, 4);
        var result = Tensor.Empty(DType.Int32, 2, 3, 4);

        StridedCopy.PermuteBack(StridedCopy.Permute(tensor, [2, 0, 1]), [2, 0, 1], result);

        Assert.Equal(tensor.ReadOnlySpan<int>().ToArray(), result.ReadOnlySpan<int>().ToArray());
    }

    private static (long[] Sizes, long[] Strides, long Offset, long Length) Box(Random random)
    {
        int rank = random.Next(5);
        var sizes = new long[rank];
        var strides = new long[rank];
        long low = 0;
        long high = 0;
        for (int i = 0; i < rank; i++)
        {
            sizes[i] = random.Next(random.Next(8) == 0 ? 0 : 1, 5);
            strides[i] = random.Next(-6, 13);
            long reach = Math.Max(0, sizes[i] - 1) * strides[i];
            (low, high) = (low + Math.Min(0, reach), high + Math.Max(0, reach));
        }

        if (rank >= 2 && random.Next(2) == 0)
        {
            // A dense pair, so that neighbours join.
            (strides[^1], strides[^2]) = (1, sizes[^1]);
            (low, high) = (-64, 64);
            foreach (var (size, stride) in sizes.Zip(strides))
                (low, high) = (low - Math.Abs(size * stride), high + Math.Abs(size * stride));
        }

        return (sizes, strides, -low, high - low + 1);
    }

    private static Tensor Numbered(DType dtype, long length) =>
        Casts.To(Tensor.From([.. Enumerable.Range(0, (int)length)], length), dtype);

    private static long Place(long element, long[] sizes, long[] strides)
    {
        long place = 0;
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            place += element % sizes[axis] * strides[axis];
            element /= sizes[axis];
        }

        return place;
    }
}
