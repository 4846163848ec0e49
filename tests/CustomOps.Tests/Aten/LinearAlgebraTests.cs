using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten;

public class LinearAlgebraTests
{
    private static readonly DType[] Types = [DType.Float32, DType.Float64, DType.BFloat16, DType.Int32];

    [Fact]
    public void Matmul_broadcasts_matrices_and_takes_vectors()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var dtype = Types[random.Next(Types.Length)];
            long k = random.Next(0, 5);
            long[] batch = [random.Next(0, 3), random.Next(1, 4)];
            long[] Batch() => [.. batch[random.Next(0, 3)..].Select(size => random.Next(3) == 0 ? 1 : size)];
            long[] left = random.Next(4) == 0 ? [k] : [.. Batch(), random.Next(0, 4), k];
            long[] right = random.Next(4) == 0 ? [k] : [.. Batch(), k, random.Next(0, 4)];
            Tensor a = Draw(random, dtype, left), b = Draw(random, dtype, right);

            var y = Matmul.Invoke(a, b);

            Oracle.AssertClose(NaiveMatmul(a, b, out long[] sizes), y, $"seed {seed}: {a} @ {b}", magnitude: dtype == DType.BFloat16 ? 1 : 20);
            Assert.Equal(sizes, y.Sizes.ToArray());
        }
    }

    [Fact]
    public void Bmm_multiplies_pairs()
    {
        Tensor a = Tensor.From([1f, 2, 3, 4, 5, 6, 7, 8], 2, 2, 2), b = Tensor.From([1f, 0, 0, 1, 0, 1, 1, 0], 2, 2, 2);

        Assert.Equal([1f, 2, 3, 4, 6, 5, 8, 7], Bmm.Invoke(a, b).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Addmm_scales_and_broadcasts()
    {
        Tensor a = Tensor.From([1f, 2, 3, 4], 2, 2), b = Tensor.From([1f, 10, 100, 1000], 2, 2);

        // a·b = [201, 2010; 403, 4030]
        Assert.Equal([202f, 2012, 404, 4032], Addmm.Invoke(Tensor.From([1f, 2], 2), a, b).ReadOnlySpan<float>().ToArray());
        Assert.Equal([202f, 2011, 405, 4032], Addmm.Invoke(Tensor.From([1f, 2], 2, 1), a, b).ReadOnlySpan<float>().ToArray());
        Assert.Equal([405f, 4011, 809, 8051], Addmm.Invoke(Tensor.From([1f, -3], 2), a, b, 3, 2).ReadOnlySpan<float>().ToArray());
        Assert.Equal([201f, 2010, 403, 4030], Addmm.Invoke(Tensor.From([float.NaN], 1), a, b, 0).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Baddbmm_scales_and_broadcasts()
    {
        Tensor a = Tensor.From([1L, 2, 3, 4], 2, 1, 2), b = Tensor.From([1L, 10, 5, 7], 2, 2, 1);

        Assert.Equal([-42L + 300, -86 + 300], Baddbmm.Invoke(Tensor.From([100L], 1), a, b, 3, -2).ReadOnlySpan<long>().ToArray());
    }

    [Fact]
    public void Dot_and_mv()
    {
        Assert.Equal(32f, Dot.Invoke(Tensor.From([1f, 2, 3], 3), Tensor.From([4f, 5, 6], 3)).ReadOnlySpan<float>()[0]);
        Assert.Equal([14L, 32], Mv.Invoke(Tensor.From([1L, 2, 3, 4, 5, 6], 2, 3), Tensor.From([1L, 2, 3], 3)).ReadOnlySpan<long>().ToArray());
    }

    [Fact]
    public void Wrong_operands_are_refused_by_place_expected_and_given()
    {
        Tensor a = Tensor.Zeros(DType.Float32, 2, 3), b = Tensor.Zeros(DType.Float32, 4, 5);
        Refused(() => Mm.Invoke(a, b), "inner sizes differ: expected 3, given 4");
        Refused(() => Mm.Invoke(a, Tensor.Zeros(DType.Float64, 3, 5)), "mat2 has another element type: expected float32, given float64");
        Refused(() => Mm.Invoke(a, Tensor.Zeros(DType.Float32, 3)), "mat2 has the wrong number of dimensions: expected 2, given 1 (float32[3])");
        Refused(() => Mm.Invoke(Tensor.Zeros(DType.Bool, 1, 1), Tensor.Zeros(DType.Bool, 1, 1)), "self must hold numbers: expected any element type but bool, given bool");
        Refused(() => Bmm.Invoke(Tensor.Zeros(DType.Float32, 2, 2, 2), Tensor.Zeros(DType.Float32, 3, 2, 2)), "batch sizes differ: expected 2, given 3");
        Refused(() => Linear.Invoke(a, b), "inner sizes differ: expected 5, given 3");
        Refused(() => Linear.Invoke(a, Tensor.Zeros(DType.Float32, 4, 3), Tensor.Zeros(DType.Float32, 3)), "bias has the wrong size: expected 4, given 3");
        Refused(() => Matmul.Invoke(Tensor.Zeros(DType.Float32), a), "both must have dimensions: given float32[] and float32[2, 3]");
        Refused(() => Matmul.Invoke(Tensor.Zeros(DType.Float32, 2, 1, 3), Tensor.Zeros(DType.Float32, 3, 3, 1)), "sizes cannot be broadcast: expected 3, given 2");
        Refused(
            () => Addmm.Invoke(Tensor.Zeros(DType.Int64, 1), Tensor.Zeros(DType.Int64, 1, 1), Tensor.Zeros(DType.Int64, 1, 1), 0.5),
            "for integer tensors beta and alpha must be integers: given beta 0.5, alpha 1");
    }

    [Fact]
    public void Shapes_stay_symbolic()
    {
        Dim s = new Symbol("s0", 0, 4096), t = new Symbol("s1", 0, 4096);

        Assert.Equal("float32[s0, 7]", Linear.Fake(new(DType.Float32, [s, 4]), new(DType.Float32, [7, 4]), null).ToString());
        Assert.Equal("float32[s1, 8, s0, s0]", Matmul.Fake(new(DType.Float32, [t, 8, s, 16]), new(DType.Float32, [t, 8, 16, s])).ToString());
        Assert.Equal("float32[s1, 3, s0]", Matmul.Fake(new(DType.Float32, [t, 3, 2]), new(DType.Float32, [1, 2, s])).ToString());
    }

    [Fact]
    public void Weights_that_are_as_long_as_the_tokens_stay_whole()
    {
        TensorType square = new(DType.Float32, [8, 8]);
        var query = new AxisQuery([], [square, square], [square], 0, 0, 4);

        Assert.Equal([0, AxisSplit.Whole], Linear.SplitAxis(query)!.OperandAxes);
        Assert.Null(Linear.SplitAxis(query with { Axis = 1 }));
        Assert.Null(Linear.SplitAxis(query with { Operand = 1 }));
        Assert.Null(Mm.SplitAxis(query with { Axis = 1 }));
    }

    private static Tensor Draw(Random random, DType dtype, long[] sizes) => dtype.IsFloating()
        ? Numbers.Draw(random, dtype, sizes)
        : Numbers.From(dtype, sizes, _ => random.Next(-9, 9));

    private static void Refused(Func<Tensor> call, string text) =>
        Assert.EndsWith(": " + text, Assert.Throws<ShapeException>(call).Message, StringComparison.Ordinal);

    private static double[] NaiveMatmul(Tensor a, Tensor b, out long[] sizes)
    {
        long[] left = a.Rank == 1 ? [1, a.Sizes[0]] : a.Sizes.ToArray(), right = b.Rank == 1 ? [b.Sizes[0], 1] : b.Sizes.ToArray();
        long m = left[^2], k = left[^1], n = right[^1];
        int rank = Math.Max(left.Length, right.Length) - 2;
        long[] Pad(long[] own) => [.. Enumerable.Repeat(1L, rank - (own.Length - 2)), .. own[..^2]];
        long[] leftBatch = Pad(left), rightBatch = Pad(right);
        long[] batch = [.. leftBatch.Zip(rightBatch, (x, y) => x == 1 ? y : x)];
        sizes = [.. batch, .. a.Rank == 1 ? (long[])[] : [m], .. b.Rank == 1 ? (long[])[] : [n]];
        var results = new List<double>();
        var (u, v) = (Numbers.ToDoubles(a), Numbers.ToDoubles(b));
        long count = batch.Aggregate(1L, (product, size) => product * size);
        for (long i = 0; i < count; i++)
        {
            long Matrix(long[] own)
            {
                long matrix = 0, rest = i;
                var coordinates = new long[rank];
                for (int axis = rank - 1; axis >= 0; axis--)
                    (coordinates[axis], rest) = (rest % batch[axis], rest / batch[axis]);
                for (int axis = 0; axis < rank; axis++)
                    matrix = (matrix * own[axis]) + (own[axis] == 1 ? 0 : coordinates[axis]);
                return matrix;
            }

            long p = Matrix(leftBatch) * m * k, q = Matrix(rightBatch) * k * n;
            results.AddRange(Oracle.Product(u[(int)p..(int)(p + (m * k))], v[(int)q..(int)(q + (k * n))], m, n, k));
        }

        return [.. results];
    }
}
