using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Tests.Cuda.Products;

/// <summary>What needs no device.</summary>
public class ProductPlanTests
{
    private static readonly ProductPlan Integers = new() { Operands = DType.Int8, Result = DType.Int32, TransposeB = true };
    private static readonly ProductPlan Float32 = new() { Operands = DType.Float32, Result = DType.Float32, TransposeB = true, Epilogue = ProductEpilogue.GeluBias };
    private static readonly ProductPlan Linear = new() { Operands = DType.BFloat16, Result = DType.Float32, TransposeB = true, Epilogue = ProductEpilogue.GeluBias };

    [Theory]
    [InlineData(5, 8, 16, 0, true)]
    [InlineData(5, 6, 16, 0, false)] // n
    [InlineData(5, 8, 18, 0, false)] // k
    [InlineData(5, 8, 16, 4, false)] // address
    public void Integers_come_in_fours(int m, int n, int k, int offset, bool fits) =>
        Assert.Equal(fits, Integers.Fits(ProductSizes.Dense(Integers, m, n, k), 256 + offset, 512, 1024));

    [Fact]
    public void Strides_of_integers_come_in_fours()
    {
        var sizes = ProductSizes.Dense(Integers, 5, 8, 16, batch: 2);
        Assert.True(Integers.Fits(sizes, 256, 512, 1024));
        Assert.False(Integers.Fits(sizes with { RowStrideA = 18 }, 256, 512, 1024));
        Assert.False(Integers.Fits(sizes with { RowStrideB = 18 }, 256, 512, 1024));
        Assert.False(Integers.Fits(sizes with { RowStrideD = 9, BatchStrideD = 48 }, 256, 512, 1024));
        Assert.False(Integers.Fits(sizes with { BatchStrideA = 90 }, 256, 512, 1024));
        Assert.True(Integers.Fits(sizes with { BatchStrideA = 0 }, 256, 512, 1024));
        // A stride between rows that there are not, or between products, does not matter.
        Assert.True(Integers.Fits(ProductSizes.Dense(Integers, 1, 8, 16) with { RowStrideA = 17, BatchStrideA = 3 }, 256, 512, 1024));
    }

    [Fact]
    public void Integers_are_taken_in_one_order_and_plain()
    {
        Assert.True(Integers.IsSupported);
        Assert.False((Integers with { TransposeB = false }).IsSupported);
        Assert.False((Integers with { TransposeA = true }).IsSupported);
        Assert.False((Integers with { Epilogue = ProductEpilogue.Relu }).IsSupported);
        Assert.False((Integers with { Alpha = 0.5 }).IsSupported);
    }

    [Theory]
    [InlineData(DType.Float32, DType.Float32, true)]
    [InlineData(DType.Float64, DType.Float64, true)]
    [InlineData(DType.Float16, DType.Float16, true)]
    [InlineData(DType.BFloat16, DType.BFloat16, true)]
    [InlineData(DType.BFloat16, DType.Float32, true)]
    [InlineData(DType.Float32, DType.BFloat16, false)]
    [InlineData(DType.Float16, DType.BFloat16, false)]
    [InlineData(DType.Int8, DType.Int8, false)]
    [InlineData(DType.Int64, DType.Int64, false)]
    [InlineData(DType.Bool, DType.Bool, false)]
    public void Types(DType operands, DType result, bool isSupported) =>
        Assert.Equal(isSupported, new ProductPlan { Operands = operands, Result = result, TransposeB = true }.IsSupported);

    [Fact]
    public void What_is_not_taken()
    {
        var sizes = ProductSizes.Dense(Float32, 3, 5, 7, batch: 2);
        Assert.True(Float32.Fits(sizes, 256, 512, 1024, 2048));
        Assert.True(Float32.Fits(sizes with { K = 0, M = 0 }, 256, 512, 1024, 2048));
        Assert.False(Float32.Fits(sizes with { K = 0 }, 256, 512, 1024, 2048));
        Assert.False(Float32.Fits(sizes with { K = -1 }, 256, 512, 1024, 2048));
        Assert.False(Float32.Fits(sizes with { M = 1L << 31 }, 256, 512, 1024, 2048));
        Assert.False(Float32.Fits(sizes with { RowStrideA = 6 }, 256, 512, 1024, 2048));
        Assert.False(Float32.Fits(sizes with { RowStrideB = 6 }, 256, 512, 1024, 2048));
        Assert.False(Float32.Fits(sizes with { RowStrideD = 4 }, 256, 512, 1024, 2048));
        Assert.False(Float32.Fits(sizes with { BatchStrideD = 14 }, 256, 512, 1024, 2048));
        Assert.False(Float32.Fits(sizes with { BatchStrideA = -1 }, 256, 512, 1024, 2048));
        Assert.False(Float32.Fits(sizes, 257, 512, 1024, 2048));
        Assert.False(Float32.Fits(sizes, 256, 512, 1025, 2048));
        Assert.False(Float32.Fits(sizes, 256, 512, 1024, 2049));
        Assert.False(Float32.Fits(sizes, 256, 512, 1024));
    }

    [Fact]
    public void Results_of_16_bits_take_no_epilogue()
    {
        var plain = new ProductPlan { Operands = DType.BFloat16, Result = DType.BFloat16 };
        Assert.True(plain.IsSupported);
        Assert.All(Enum.GetValues<ProductEpilogue>(), epilogue => Assert.Equal(epilogue == ProductEpilogue.None, (plain with { Epilogue = epilogue }).IsSupported));
        Assert.All(Enum.GetValues<ProductEpilogue>(), epilogue => Assert.True((plain with { Epilogue = epilogue, Result = DType.Float32 }).IsSupported));
        Assert.True((plain with { Result = DType.Float32, Epilogue = ProductEpilogue.Bias }).Fits(ProductSizes.Dense(plain, 3, 5, 7), 258, 514, 1028, 2052));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(13, 13)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(1000, 1024)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 5120)]
    [InlineData(70000, 70656)]
    public void Ranges_of_sizes(long size, long expected) => Assert.Equal(expected, ProductClass.Round(size));

    [Fact]
    public void Classes()
    {
        var one = ProductSizes.Dense(Linear, 100, 64, 48);
        var addresses = ProductClass.Alignments(256, 512, 1024, 2048);
        var known = ProductClass.Of(Linear, one, addresses);
        Assert.Equal(known, ProductClass.Of(Linear with { Epilogue = ProductEpilogue.GeluBias }, one with { M = 128 }, addresses));
        Assert.Equal(addresses, ProductClass.Alignments(4096, 256, 256, 256));
        Assert.NotEqual(known, ProductClass.Of(Linear, one with { M = 129 }, addresses));
        Assert.NotEqual(known, ProductClass.Of(Linear, one with { N = 65 }, addresses));
        Assert.NotEqual(known, ProductClass.Of(Linear, one with { RowStrideA = 49 }, addresses));
        Assert.NotEqual(known, ProductClass.Of(Linear, one with { Batch = 2 }, addresses));
        Assert.NotEqual(known, ProductClass.Of(Linear, one, ProductClass.Alignments(256 + 16, 512, 1024, 2048)));
        Assert.NotEqual(known, ProductClass.Of(Linear with { Epilogue = ProductEpilogue.Bias }, one, addresses));
        var varying = Linear with { ColumnsVary = true, InnerVaries = true };
        Assert.Equal(
            ProductClass.Of(varying, ProductSizes.Dense(varying, 100, 50, 34), addresses), ProductClass.Of(varying, ProductSizes.Dense(varying, 65, 62, 46), addresses));
    }

    [Fact]
    public void Descriptions()
    {
        Assert.Equal("2 times int8 product [3,16]·[16,8] to int32 with B transposed", Integers.Describe(ProductSizes.Dense(Integers, 3, 8, 16, batch: 2)));
        Assert.Equal("bfloat16 products to float32 with A transposed, B transposed, GeluBias", (Linear with { TransposeA = true }).ToString());
        Assert.Equal("float32 products", new ProductPlan { Operands = DType.Float32, Result = DType.Float32 }.ToString());
    }
}
