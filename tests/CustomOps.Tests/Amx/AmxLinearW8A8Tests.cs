using Evergraph.CustomOps.Amx;
using Evergraph.CustomOps.Kernels;
using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Amx;

public class AmxLinearW8A8Tests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 1, 64, 32 }, { 2, 63, 31 }, { 7, 65, 33 }, { 32, 128, 64 }, { 33, 200, 97 }, { 515, 70, 40 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Static_gives_the_numbers_of_the_vectorised_implementation(int rows, int terms, int columns)
    {
        AmxLinearTests.SkipWithoutMatrixUnit();
        foreach (int zeroPoint in new[] { 0, 7, -128 })
        {
            var (x, weight, scale, bias) = Draw(rows, terms, columns);
            foreach (var added in new[] { null, bias })
            {
                var expected = VectorizedLinearW8A8.Run(x, weight, scale, added, 0.02, zeroPoint, null);
                AssertClose(expected, AmxLinearW8A8.Static(Prepared(7), x, weight, scale, added, 0.02, zeroPoint, null), $"zero-point {zeroPoint}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Dynamic_gives_the_numbers_of_the_vectorised_implementation(int rows, int terms, int columns)
    {
        AmxLinearTests.SkipWithoutMatrixUnit();
        var (x, weight, scale, bias) = Draw(rows, terms, columns);
        x.Span<float>()[..terms].Clear();
        foreach (var added in new[] { null, bias })
        {
            var expected = VectorizedLinearW8A8Dynamic.Run(x, weight, scale, added, null);
            AssertClose(expected, AmxLinearW8A8.Dynamic(Prepared(5), x, weight, scale, added, null), "dynamic");
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_not_finite_is_left_to_the_vectorised_implementation(float odd)
    {
        AmxLinearTests.SkipWithoutMatrixUnit();
        var (x, weight, scale, _) = Draw(5, 40, 33);
        x.Span<float>()[50] = odd;

        Assert.True(AmxLinearW8A8.Dynamic(Prepared(5), x, weight, scale, null, null).ReadOnlyBytes().SequenceEqual(VectorizedLinearW8A8Dynamic.Run(x, weight, scale, null, null).ReadOnlyBytes()));
        Assert.True(AmxLinearW8A8.Static(Prepared(7), x, weight, scale, null, 0.02, 3, null).ReadOnlyBytes().SequenceEqual(VectorizedLinearW8A8.Run(x, weight, scale, null, 0.02, 3, null).ReadOnlyBytes()));
    }

    [Fact]
    public void Numbers_far_outside_the_range_are_clamped()
    {
        AmxLinearTests.SkipWithoutMatrixUnit();
        var (x, weight, scale, _) = Draw(2, 40, 33);
        x.Span<float>()[3] = 1e30f;
        x.Span<float>()[50] = -1e30f;

        var expected = VectorizedLinearW8A8.Run(x, weight, scale, null, 0.02, -5, null);

        AssertClose(expected, AmxLinearW8A8.Static(Prepared(7), x, weight, scale, null, 0.02, -5, null), "clamped");
    }

    private static PreparedOperands Prepared(int parameters) => new([.. Enumerable.Range(0, parameters).Select(i => i is 1 or 2 or 3)]);

    private static (Tensor X, Tensor Weight, Tensor Scale, Tensor Bias) Draw(int rows, int terms, int columns)
    {
        var random = new Random((rows * 101) + (terms * 7) + columns);
        var weight = Tensor.Empty(DType.Int8, columns, terms);
        foreach (ref sbyte number in weight.Span<sbyte>())
            number = (sbyte)random.Next(-128, 128);
        var scale = AmxLinearTests.Draw(random, columns);
        foreach (ref float number in scale.Span<float>())
            number = MathF.Abs(number) + 1e-3f;
        return (AmxLinearTests.Draw(random, rows, terms), weight, scale, AmxLinearTests.Draw(random, columns));
    }

    // Sums are exact; the two implementations multiply by the scales in another order.
    private static void AssertClose(Tensor expected, Tensor given, string what)
    {
        Assert.Equal(expected.Sizes.ToArray(), given.Sizes.ToArray());
        for (int i = 0; i < expected.Elements; i++)
        {
            float a = expected.ReadOnlySpan<float>()[i], b = given.ReadOnlySpan<float>()[i];
            Assert.True(MathF.Abs(a - b) <= 1e-6f * (MathF.Abs(a) + 1e-3f) * 8, $"{what}: element {i}: expected {a}, given {b}");
        }
    }
}
