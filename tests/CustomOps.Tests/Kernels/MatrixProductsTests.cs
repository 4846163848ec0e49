using Evergraph.CustomOps.Kernels;
using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Kernels;

/// <summary>What every implementation of matrix products promises, and what the plain one says beyond.</summary>
public class MatrixProductsTests
{
    private static readonly DType[] Floating = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16];
    private static readonly DType[] Numbered = [.. Floating, DType.Int8, DType.UInt8, DType.Int32, DType.Int64];

    public static TheoryData<string> Implementations => [.. BothProducts.Names];

    public static TheoryData<string, DType> FloatingImplementations
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach (string name in BothProducts.Names)
            {
                foreach (var dtype in Floating)
                    data.Add(name, dtype);
            }

            return data;
        }
    }

    // Integers are left to the plain products.
    private static DType[] Types(MatrixProducts products) => products is PlainProducts ? Numbered : Floating;

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Linear_is_the_product_with_the_transpose_and_the_bias(string implementation)
    {
        var products = BothProducts.Of(implementation);
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var dtype = Pick(random, Types(products));
            // Around the edges of tiles (4), vectors (8, 16, 32) and blocks (64).
            long m = Size(random), n = Size(random), k = Size(random);
            Tensor x = Draw(random, dtype, [m, k]), w = Draw(random, dtype, [n, k]), b = Draw(random, dtype, [n]);
            bool biased = random.Next(2) == 0;

            var y = products.Linear(x, w, biased ? b : null);

            var expected = Oracle.Product(Numbers.ToDoubles(x), Oracle.Transpose(Numbers.ToDoubles(w), n, k), m, n, k);
            var biases = Numbers.ToDoubles(b);
            for (int i = 0; biased && i < expected.Length; i++)
                expected[i] += biases[i % n];
            Compare(expected, y, $"seed {seed}: {dtype} {m}×{k}×{n} bias {biased}", k);
        }
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void A_product_is_the_sum_over_the_inner_size(string implementation)
    {
        var products = BothProducts.Of(implementation);
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var dtype = Pick(random, Types(products));
            long m = Size(random), n = Size(random), k = Size(random);
            Tensor a = Draw(random, dtype, [m, k]), b = Draw(random, dtype, [k, n]);

            var c = products.Product(a, b);

            Compare(Oracle.Product(Numbers.ToDoubles(a), Numbers.ToDoubles(b), m, n, k), c, $"seed {seed}: {dtype} {m}×{k}×{n}", k);
        }
    }

    [Theory]
    [MemberData(nameof(FloatingImplementations))]
    public void A_row_does_not_depend_on_the_rows_beside_it(string implementation, DType dtype)
    {
        var products = BothProducts.Of(implementation);
        var random = new Random(7);
        foreach (var (k, n) in new[] { (5L, 3L), (64, 66), (100, 130), (1023, 67), (2048, 64) })
        {
            const int Rows = 37;
            Tensor x = Draw(random, dtype, [Rows, k]), w = Draw(random, dtype, [n, k]), bias = Draw(random, dtype, [n]);
            var columns = Oracle.Transpose(Numbers.ToDoubles(w), n, k);
            var transposed = Numbers.From(dtype, [k, n], i => columns[i]);
            Tensor linear = products.Linear(x, w, bias), product = products.Product(x, transposed);
            foreach (int rows in (int[])[1, 2, 3, 5, 8, 11])
            {
                for (int first = 0; first + rows <= Rows; first += 5)
                {
                    var part = Range(x, first, rows);
                    Assert.True(Numbers.SameBits(Range(linear, first, rows), products.Linear(part, w, bias)), $"linear {dtype} k {k} n {n}: rows {first}+{rows}");
                    Assert.True(Numbers.SameBits(Range(product, first, rows), products.Product(part, transposed)), $"product {dtype} k {k} n {n}: rows {first}+{rows}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Many_rows_on_many_cores_equal_few(string implementation)
    {
        var products = BothProducts.Of(implementation);
        // 260·130·1100 multiplications: several blocks of rows and of columns.
        var random = new Random(3);
        Tensor x = Draw(random, DType.Float32, [260, 1100]), w = Draw(random, DType.Float32, [130, 1100]);

        var y = products.Linear(x, w);

        for (int first = 0; first < 260; first += 67)
            Assert.True(Numbers.SameBits(Range(y, first, 1), products.Linear(Range(x, first, 1), w)), $"row {first}");
        var expected = Oracle.Product(Numbers.ToDoubles(x), Oracle.Transpose(Numbers.ToDoubles(w), 130, 1100), 260, 130, 1100);
        Compare(expected, y, "260×1100×130", 1100);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Row_ranges_fill_their_rows_and_no_others(string implementation)
    {
        var products = BothProducts.Of(implementation);
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var dtype = Pick(random, Types(products));
            Tensor x = Draw(random, dtype, [2, 6, 20]), w = Draw(random, dtype, [9, 20]), bias = Draw(random, dtype, [9]);
            var whole = products.Linear(x, w, bias);
            Assert.Equal([2, 6, 9], whole.Sizes.ToArray());
            int rows = random.Next(0, 7), first = random.Next(0, 12 - rows + 1), target = random.Next(0, 9 - rows + 1);
            var destination = Numbers.From(dtype, [9, 9], _ => 77);

            products.LinearRows(x, w, bias, first, rows, destination, target);

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

        foreach (string name in BothProducts.Names)
            Assert.Throws<ArgumentOutOfRangeException>(() => BothProducts.Of(name).LinearRows(x, w, null, first, rows, Tensor.Zeros(DType.Float32, 9, 9), target));
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void The_16_bit_types_round_once_after_the_bias(string implementation)
    {
        var products = BothProducts.Of(implementation);
        // 2048 + 1 is no float16 (the next is 2050), 2048 + 1 + 1 is.
        var x = Tensor.From([(Half)2048f, (Half)1f], 1, 2);
        var ones = Tensor.From([(Half)1f, (Half)1f], 1, 2);

        var y = products.Linear(x, ones, Tensor.From([(Half)1f], 1));

        Assert.Equal(2050f, (float)y.ReadOnlySpan<Half>()[0]);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Infinities_and_nan_come_through(string implementation)
    {
        var products = BothProducts.Of(implementation);
        var x = Tensor.From([float.PositiveInfinity, 0, 0, 0, float.NaN, 0, 1, 2, 3], 3, 3);
        var w = Tensor.From([1f, 1, 1], 1, 3);

        Assert.Equal([float.PositiveInfinity, float.NaN, 6], products.Linear(x, w).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void The_plain_sum_is_float64_rounded_once()
    {
        // In float32, 2²⁴ + 1 is 2²⁴, and so would be the sum.
        float big = 1 << 24;
        Tensor x = Tensor.From([big, 1, 1, -big], 1, 4), ones = Tensor.From([1f, 1, 1, 1], 1, 4);

        Assert.Equal([2f], PlainProducts.Instance.Linear(x, ones).ReadOnlySpan<float>().ToArray());
        Assert.Equal([2f], PlainProducts.Instance.Product(x, ones.Reinterpret(4, 1)).ReadOnlySpan<float>().ToArray());
        // The greatest finite numbers: the products are beyond float32, their difference is not.
        Tensor great = Tensor.From([float.MaxValue, float.MaxValue], 1, 2), signs = Tensor.From([2f, -2f], 1, 2);
        Assert.Equal([0f], PlainProducts.Instance.Linear(great, signs).ReadOnlySpan<float>().ToArray());
        Assert.Equal([float.PositiveInfinity], PlainProducts.Instance.Linear(great, great).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void The_plain_terms_are_added_in_their_order()
    {
        // (2⁵³ + 1) − 2⁵³ is 0 in float64, (2⁵³ − 2⁵³) + 1 is 1.
        double big = Math.Pow(2, 53);
        Tensor x = Tensor.From([big, 1, -big, big, -big, 1], 2, 3), ones = Tensor.From([1.0, 1, 1], 1, 3);

        Assert.Equal([0.0, 1], PlainProducts.Instance.Linear(x, ones).ReadOnlySpan<double>().ToArray());
        Assert.Equal([0.0, 1], PlainProducts.Instance.Product(x, ones.Reinterpret(3, 1)).ReadOnlySpan<double>().ToArray());
    }

    [Fact]
    public void Integers_wrap_around_in_their_own_type()
    {
        Tensor x = Tensor.From([int.MaxValue, int.MaxValue], 1, 2), w = Tensor.From([int.MaxValue, 3], 1, 2), bias = Tensor.From([int.MaxValue], 1);
        Tensor longs = Tensor.From([long.MaxValue, 1], 1, 2), twos = Tensor.From([2L, 5], 1, 2);

        Assert.Equal([unchecked((int.MaxValue * int.MaxValue) + (3 * int.MaxValue) + int.MaxValue)], PlainProducts.Instance.Linear(x, w, bias).ReadOnlySpan<int>().ToArray());
        Assert.Equal([3L], PlainProducts.Instance.Product(longs, twos.Reinterpret(2, 1)).ReadOnlySpan<long>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void A_sum_of_no_terms_is_the_bias(string implementation)
    {
        var products = BothProducts.Of(implementation);
        Tensor x = Tensor.Zeros(DType.Float32, 2, 0), w = Tensor.Zeros(DType.Float32, 3, 0), bias = Tensor.From([1f, 2, 3], 3);

        Assert.Equal([1f, 2, 3, 1, 2, 3], products.Linear(x, w, bias).ReadOnlySpan<float>().ToArray());
        Assert.Equal([0f, 0, 0, 0, 0, 0], products.Linear(x, w).ReadOnlySpan<float>().ToArray());
        Assert.Equal([0f, 0, 0, 0, 0, 0], products.Product(x, Tensor.Zeros(DType.Float32, 0, 3)).ReadOnlySpan<float>().ToArray());
        Assert.Equal([0, 3], products.Linear(Tensor.Zeros(DType.Float32, 0, 4), Tensor.Zeros(DType.Float32, 3, 4), bias).Sizes.ToArray());
        Assert.Equal([2, 0], products.Linear(Tensor.Zeros(DType.Float32, 2, 4), Tensor.Zeros(DType.Float32, 0, 4)).Sizes.ToArray());
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Zero_times_infinity_spreads(string implementation)
    {
        var products = BothProducts.Of(implementation);
        Tensor a = Tensor.From([0f, 1, 1, 1], 2, 2), b = Tensor.From([float.PositiveInfinity, 1, 2, float.NaN], 2, 2);

        Assert.Equal([float.NaN, float.NaN, float.PositiveInfinity, float.NaN], products.Product(a, b).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Vectorised_products_of_integers_are_refused()
    {
        var integers = Tensor.Zeros(DType.Int32, 2, 2);

        const string Text = "vectorised products take floating-point types: given int32; use the plain ones";
        Assert.Equal(Text, Assert.Throws<EvergraphException>(() => VectorizedProducts.Instance.Linear(integers, integers)).Message);
        Assert.Equal(Text, Assert.Throws<EvergraphException>(() => VectorizedProducts.Instance.Product(integers, integers)).Message);
    }

    private static T Pick<T>(Random random, T[] choices) => choices[random.Next(choices.Length)];

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
