namespace Evergraph.Graph.Tests.Types;

public class DTypesTests
{
    // PyTorch's torch.promote_types, except that uint8 with int8 needs int16 there, which we do not have.
    [Theory]
    [InlineData(DType.Bool, DType.UInt8, DType.UInt8)]
    [InlineData(DType.UInt8, DType.Int8, DType.Int32)]
    [InlineData(DType.Int8, DType.Int64, DType.Int64)]
    [InlineData(DType.Int64, DType.Float16, DType.Float16)]
    [InlineData(DType.Float16, DType.BFloat16, DType.Float32)]
    [InlineData(DType.BFloat16, DType.Float64, DType.Float64)]
    [InlineData(DType.Int32, DType.Float32, DType.Float32)]
    [InlineData(DType.Bool, DType.Bool, DType.Bool)]
    public void Promotion_is_the_join(DType a, DType b, DType expected)
    {
        Assert.Equal(expected, DTypes.Promote(a, b));
        Assert.Equal(expected, DTypes.Promote(b, a));
    }

    [Fact]
    public void Promotion_is_associative_wherever_int16_is_not_needed()
    {
        foreach (var a in DTypes.All)
        {
            foreach (var b in DTypes.All)
            {
                foreach (var c in DTypes.All)
                    Assert.Equal(DTypes.Promote(DTypes.Promote(a, b), c).Category(), DTypes.Promote(a, DTypes.Promote(b, c)).Category());
            }
        }
    }

    [Fact]
    public void Names_read_back()
    {
        foreach (var dtype in DTypes.All)
        {
            Assert.True(DTypes.TryParse(dtype.Name(), out var parsed));
            Assert.Equal(dtype, parsed);
        }

        Assert.False(DTypes.TryParse("float", out _));
    }

    [Theory]
    [InlineData(1.0f, 0x3F80)]
    [InlineData(1.00390625f, 0x3F80)] // 1 + 2⁻⁸ is half way: the even neighbour is below.
    [InlineData(1.01171875f, 0x3F82)] // 1 + 3·2⁻⁸ is half way: the even neighbour is above.
    [InlineData(1.00390637f, 0x3F81)] // Just above half way.
    [InlineData(3.4e38f, 0x7F80)] // Above the largest finite number: infinity.
    [InlineData(-0.0f, 0x8000)]
    [InlineData(1e-40f, 0x0001)] // Subnormal.
    public void Bfloat16_rounds_to_nearest_even(float value, int bits) => Assert.Equal(bits, ((BFloat16)value).Bits);

    [Fact]
    public void Bfloat16_keeps_nan_and_compares_as_numbers()
    {
        Assert.True(float.IsNaN((BFloat16)float.NaN));
        Assert.True(float.IsNaN((BFloat16)BitConverter.UInt32BitsToSingle(0x7F800001)));
        Assert.True((BFloat16)0f == (BFloat16)(-0f));
        Assert.False((BFloat16)float.NaN == (BFloat16)float.NaN);
    }

    [Theory]
    [InlineData(1.0, "1.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e-6, "1E-06")]
    [InlineData(double.NegativeInfinity, "-inf")]
    [InlineData(double.NaN, "nan")]
    public void Floats_never_look_like_integers_and_read_back(double value, string text)
    {
        Assert.Equal(text, FloatText.Format(value));
        Assert.True(FloatText.TryParse(text, out double parsed));
        Assert.Equal(value, parsed);
    }

    [Fact]
    public void Scalars_of_different_kinds_differ()
    {
        Assert.NotEqual((Scalar)1, (Scalar)1.0);
        Assert.NotEqual((Scalar)1, (Scalar)true);
        Assert.Equal((Scalar)1, (Scalar)1L);
        Assert.Equal(3, ((Scalar)3.7).ToInt64());
        Assert.Throws<InvalidOperationException>(() => ((Scalar)1.5).Integer);
    }

    [Fact]
    public void Arrays_and_shapes_are_equal_by_their_items()
    {
        Dim s = TestOperators.Tokens;
        Assert.Equal(new TensorType(DType.Float32, [s, 4]), new TensorType(DType.Float32, [s + 0, 2 + 2]));
        Assert.NotEqual(new TensorType(DType.Float32, [s, 4]), new TensorType(DType.Float32, [4, s]));
        EquatableArray<int> a = [1, 2], b = [1, 2];
        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.Equal("float32[s0 + 1, 4]", new TensorType(DType.Float32, [s + 1, 4]).ToString());
    }
}
