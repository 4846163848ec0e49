using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Kernels;

public class Int8ProductsTests
{
    public static TheoryData<string> Implementations => [.. BothProducts.Names];

    [Theory]
    [MemberData(nameof(Implementations))]
    public void The_product_is_exact(string implementation)
    {
        var products = BothProducts.Of(implementation);
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            long m = random.Next(0, 9), n = random.Next(0, 70), k = random.Next(3) == 0 ? random.Next(0, 3) : random.Next(14, 150);
            Tensor x = Numbers.Draw(random, DType.Int8, [m, k]), w = Numbers.Draw(random, DType.Int8, [n, k]);

            var y = products.Int8Linear(x, w);

            Assert.Equal(DType.Int32, y.DType);
            Oracle.AssertClose(
                Oracle.Product(Numbers.ToDoubles(x), Oracle.Transpose(Numbers.ToDoubles(w), n, k), m, n, k), y, $"seed {seed}: {m}×{k}×{n}");
        }
    }

    [Theory]
    [InlineData(-128, -128)]
    [InlineData(-128, 127)]
    [InlineData(127, 127)]
    public void The_longest_sum_of_the_greatest_numbers_is_exact(int a, int b)
    {
        const int Terms = MatrixProducts.MaxInt8Terms;
        Tensor x = Numbers.From(DType.Int8, [1, Terms], _ => a), w = Numbers.From(DType.Int8, [5, Terms], _ => b);

        foreach (string name in BothProducts.Names)
            Assert.Equal(Enumerable.Repeat(a * b * Terms, 5), BothProducts.Of(name).Int8Linear(x, w).ReadOnlySpan<int>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void A_sum_that_can_overflow_is_refused(string implementation)
    {
        var products = BothProducts.Of(implementation);
        Tensor x = Tensor.Zeros(DType.Int8, 1, MatrixProducts.MaxInt8Terms + 1), w = Tensor.Zeros(DType.Int8, 1, MatrixProducts.MaxInt8Terms + 1);

        var error = Assert.Throws<EvergraphException>(() => products.Int8Linear(x, w));
        Assert.Equal(
            "an int8 product of 131072 terms can overflow int32: expected at most 131071; split the summed axis and add the parts in int64",
            error.Message);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Row_ranges_equal_the_whole(string implementation)
    {
        var products = BothProducts.Of(implementation);
        var random = new Random(5);
        Tensor x = Numbers.Draw(random, DType.Int8, [3, 5, 40]), w = Numbers.Draw(random, DType.Int8, [11, 40]);
        var whole = products.Int8Linear(x, w);
        var parts = Tensor.Zeros(DType.Int32, 15, 11);

        foreach (var (first, rows) in new[] { (0, 1), (1, 6), (7, 0), (7, 8) })
            products.Int8LinearRows(x, w, first, rows, parts, first);

        Assert.Equal(whole.ReadOnlySpan<int>().ToArray(), parts.ReadOnlySpan<int>().ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => products.Int8LinearRows(x, w, 14, 2, parts, 0));
    }
}
