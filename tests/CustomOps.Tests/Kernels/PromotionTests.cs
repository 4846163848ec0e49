using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Kernels;

public class PromotionTests
{
    // torch.promote_types, but for uint8 with int8, which is int16 there and int32 here.
    private static readonly string[] Table =
    [
        "        f4 f8 f2 bf i1 u1 i4 i8 b1",
        "f4      f4 f8 f4 f4 f4 f4 f4 f4 f4",
        "f8      f8 f8 f8 f8 f8 f8 f8 f8 f8",
        "f2      f4 f8 f2 f4 f2 f2 f2 f2 f2",
        "bf      f4 f8 f4 bf bf bf bf bf bf",
        "i1      f4 f8 f2 bf i1 i4 i4 i8 i1",
        "u1      f4 f8 f2 bf i4 u1 i4 i8 u1",
        "i4      f4 f8 f2 bf i4 i4 i4 i8 i4",
        "i8      f4 f8 f2 bf i8 i8 i8 i8 i8",
        "b1      f4 f8 f2 bf i1 u1 i4 i8 b1",
    ];

    [Fact]
    public void Tensors_of_one_class_promote_as_the_table_says()
    {
        string[] columns = Table[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (string row in Table[1..])
        {
            string[] cells = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (int i = 0; i < columns.Length; i++)
            {
                var (a, b, expected) = (Parse(cells[0]), Parse(columns[i]), Parse(cells[i + 1]));
                Assert.Equal(expected, Promotion.Of(Type(a, 1), Type(b, 2)));
                Assert.Equal(expected, Promotion.Of(Type(a, 0), Type(b, 0)));
            }
        }
    }

    [Theory]
    [InlineData("i1", "i8", "i1")]
    [InlineData("u1", "i8", "u1")]
    [InlineData("i4", "f8", "f8")]
    [InlineData("f2", "f8", "f2")]
    [InlineData("bf", "i8", "bf")]
    [InlineData("b1", "i8", "i8")]
    [InlineData("b1", "u1", "u1")]
    [InlineData("i8", "b1", "i8")]
    [InlineData("i8", "bf", "bf")]
    public void A_tensor_without_dimensions_counts_only_where_its_category_is_higher(string dims, string zero, string expected)
    {
        Assert.Equal(Parse(expected), Promotion.Of(Type(Parse(dims), 1), Type(Parse(zero), 0)));
        Assert.Equal(Parse(expected), Promotion.Of(Type(Parse(zero), 0), Type(Parse(dims), 3)));
    }

    [Fact]
    public void A_scalar_counts_only_where_its_category_is_higher()
    {
        Assert.Equal(DType.UInt8, Promotion.Of(DType.UInt8, 1));
        Assert.Equal(DType.Float32, Promotion.Of(DType.Int64, 2.5));
        Assert.Equal(DType.Float16, Promotion.Of(DType.Float16, 2.5));
        Assert.Equal(DType.BFloat16, Promotion.Of(DType.BFloat16, 3));
        Assert.Equal(DType.Int64, Promotion.Of(DType.Bool, 1));
        Assert.Equal(DType.Bool, Promotion.Of(DType.Bool, true));
        Assert.Equal(DType.Float32, Promotion.Of(DType.Bool, 0.5));
        Assert.Equal(DType.Int8, Promotion.Of(DType.Int8, true));
        Assert.Equal(DType.Int64, Promotion.Of(DType.Bool, (Dim)new Symbol("n", 0, 9)));
    }

    [Fact]
    public void Scalars_are_int64_float32_or_bool()
    {
        Assert.Equal(DType.Float32, Promotion.Of((Scalar)1, 2.5));
        Assert.Equal(DType.Int64, Promotion.Of((Scalar)true, 2));
        Assert.Equal(DType.Bool, Promotion.Of((Scalar)true, false));
    }

    [Fact]
    public void Kernels_and_fakes_agree()
    {
        foreach (var a in DTypes.All)
        {
            foreach (var b in DTypes.All)
                Assert.Equal(Promotion.Of(Type(a, 0), Type(b, 1)), Promotion.Of(Tensor.Zeros(a), Tensor.Zeros(b, 2)));
        }
    }

    private static TensorType Type(DType dtype, int rank) => new(dtype, Shape.FromSizes(Enumerable.Repeat(2L, rank).ToArray()));

    private static DType Parse(string name) => name switch
    {
        "f4" => DType.Float32,
        "f8" => DType.Float64,
        "f2" => DType.Float16,
        "bf" => DType.BFloat16,
        "i1" => DType.Int8,
        "u1" => DType.UInt8,
        "i4" => DType.Int32,
        "i8" => DType.Int64,
        _ => DType.Bool,
    };
}
