using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Kernels;

public class GemmTests
{
    private static readonly DType[] Types = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16, DType.Int8, DType.UInt8, DType.Int32, DType.Int64];

    [Fact]
    public void Linear_is_the_product_with_the_transpose_and_the_bias()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var dtype = Types[random.Next(Types.Length)];
            // Around the edges of tiles (4), vectors (8, 16, 32) and blocks (64).
            long m = Size(random), n = Size(random), k = Size(random);
            Tensor x = Draw(random, dtype, [m, k]), w = Draw(random, dtype, [n, k]), b = Draw(random, dtype, [n]);
            bool biased = random.Next(2) == 0;

            var y = Gemm.Linear(x, w, biased ? b : null);

            var expected = Oracle.Product(Numbers.ToDoubles(x), Oracle.Transpose(Numbers.ToDoubles(w), n, k), m, n, k);
            var biases = Numbers.ToDoubles(b);
            for (int i = 0; biased && i < expected.Length; i++)
                expected[i] += biases[i % n];
            Compare(expected, y, $"seed {seed}: {dtype} {m}×{k}×{n} bias {biased}", k);
        }
    }

    [Fact]
    public void A_product_is_the_sum_over_the_inner_size()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var dtype = Types[random.Next(Types.Length)];
            long m = Size(random), n = Size(random), k = Size(random);
            Tensor a = Draw(random, dtype, [m, k]), b = Draw(random, dtype, [k, n]);

            var c = Gemm.MatrixProduct(a, b);

            Compare(Oracle.Product(Numbers.ToDoubles(a), Numbers.ToDoubles(b), m, n, k), c, $"seed {seed}: {dtype} {m}×{k}×{n}", k);
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void A_row_does_not_depend_on_the_rows_beside_it(DType dtype)
    {
        var random = new Random(7);
        foreach (var (k, n) in new[] { (5L, 3L), (64, 66), (100, 130), (1023, 67), (2048, 64) })
        {
            const int Rows = 37;
            Tensor x = Draw(random, dtype, [Rows, k]), w = Draw(random, dtype, [n, k]), bias = Draw(random, dtype, [n]);
            var columns = Oracle.Transpose(Numbers.ToDoubles(w), n, k);
            var transposed = Numbers.From(dtype, [k, n], i => columns[i]);
            Tensor linear = Gemm.Linear(x, w, bias), product = Gemm.MatrixProduct(x, transposed);
            foreach (int rows in (int[])[1, 2, 3, 5, 8, 11])
            {
                for (int first = 0; first + rows <= Rows; first += 5)
                {
                    var part = Range(x, first, rows);
                    Assert.True(Numbers.SameBits(Range(linear, first, rows), Gemm.Linear(part, w, bias)), $"linear {dtype} k {k} n {n}: rows {first}+{rows}");
                    Assert.True(Numbers.SameBits(Range(product, first, rows), Gemm.MatrixProduct(part, transposed)), $"product {dtype} k {k} n {n}: rows {first}+{rows}");
                }
            }
        }
    }

    [Fact]
    public void Many_rows_on_many_cores_equal_few()
    {
        // 260·130·1100 multiplications: several blocks of rows and of columns.
        var random = new Random(3);
        Tensor x = Draw(random, DType.Float32, [260, 1100]), w = Draw(random, DType.Float32, [130, 1100]);

        var y = Gemm.Linear(x, w);

        for (int first = 0; first < 260; first += 67)
            Assert.True(Numbers.SameBits(Range(y, first, 1), Gemm.Linear(Range(x, first, 1), w)), $"row {first}");
        var expected = Oracle.Product(Numbers.ToDoubles(x), Oracle.Transpose(Numbers.ToDoubles(w), 130, 1100), 260, 130, 1100);
        Compare(expected, y, "260×1100×130", 1100);
    }

    [Fact]
    public void Row_ranges_fill_their_rows_and_no_others()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var dtype = Types[random.Next(Types.Length)];
            Tensor x = Draw(random, dtype, [2, 6, 20]), w = Draw(random, dtype, [9, 20]), bias = Draw(random, dtype, [9]);
            var whole = Gemm.Linear(x, w, bias);
            Assert.Equal([2, 6, 9], whole.Sizes.ToArray());
            int rows = random.Next(0, 7), first = random.Next(0, 12 - rows + 1), target = random.Next(0, 9 - rows + 1);
            var destination = Numbers.From(dtype, [9, 9], _ => 77);

            Gemm.LinearRows(x, w, bias, first, rows, destination, target);

            var expected = Enumerable.Repeat(77.0, 81).ToArray();
            Array.Copy(Numbers.ToDoubles(whole), first * 9, expected, target * 9, rows * 9);
            Assert.Equal(expected, Numbers.ToDoubles(destination));
        }
    }

    [Theory]
    [InlineData(11, 2, 0)]
    [InlineData(0, 3, 7)]
    [InlineData(-1, 1, 0)]
    [InlineData(0, 1, -1)]
    public void Row_ranges_outside_are_refused(long first, long rows, long target)
    {
        Tensor x = Tensor.Zeros(DType.Float32, 12, 4), w = Tensor.Zeros(DType.Float32, 9, 4);

        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.LinearRows(x, w, null, first, rows, Tensor.Zeros(DType.Float32, 9, 9), target));
    }

    [Fact]
    public void The_16_bit_types_round_once_after_the_bias()
    {
        // 2048 + 1 is no float16 (the next is 2050), 2048 + 1 + 1 is.
        var x = Tensor.From([(Half)2048f, (Half)1f], 1, 2);
        var ones = Tensor.From([(Half)1f, (Half)1f], 1, 2);

        var y = Gemm.Linear(x, ones, Tensor.From([(Half)1f], 1));

        Assert.Equal(2050f, (float)y.ReadOnlySpan<Half>()[0]);
    }

    [Fact]
    public void Infinities_and_nan_come_through()
    {
        var x = Tensor.From([float.PositiveInfinity, 0, 0, 0, float.NaN, 0, 1, 2, 3], 3, 3);
        var w = Tensor.From([1f, 1, 1], 1, 3);

        Assert.Equal([float.PositiveInfinity, float.NaN, 6], Gemm.Linear(x, w).ReadOnlySpan<float>().ToArray());
    }

    private static long Size(Random random) => random.Next(4) switch
    {
        0 => random.Next(0, 3),
        1 => random.Next(3, 10),
        2 => random.Next(14, 35),
        _ => random.Next(60, 140),
    };

    private static Tensor Draw(Random random, DType dtype, long[] sizes) => dtype.IsFloating()
        ? Numbers.Draw(random, dtype, sizes)
        : Numbers.From(dtype, sizes, _ => random.Next(dtype == DType.UInt8 ? 0 : -100, 100));

    private static void Compare(double[] expected, Tensor given, string what, long k)
    {
        // Integers wrap around.
        if (given.DType is DType.Int8 or DType.UInt8)
            expected = Array.ConvertAll(expected, number => given.DType == DType.Int8 ? unchecked((sbyte)(long)number) : (double)unchecked((byte)(long)number));
        Oracle.AssertClose(expected, given, what, magnitude: given.DType.Size() == 2 ? 1 : 4 * (k + 1), roundings: 4);
    }

    private static Tensor Range(Tensor tensor, long first, long rows) =>
        new(tensor.DType, [rows, tensor.Sizes[^1]], tensor.Storage, first * tensor.Sizes[^1] * tensor.DType.Size());
}
