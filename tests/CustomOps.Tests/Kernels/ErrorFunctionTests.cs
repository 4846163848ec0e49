using Evergraph.CustomOps.Kernels;

namespace Evergraph.CustomOps.Tests.Kernels;

public class ErrorFunctionTests
{
    // DLMF table 7.23, to the digits of a double.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0.5204998778130465)]
    [InlineData(1, 0.8427007929497149)]
    [InlineData(1.5, 0.9661051464753108)]
    [InlineData(2, 0.9953222650189527)]
    [InlineData(3, 0.9999779095030014)]
    [InlineData(-1, -0.8427007929497149)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(double.NegativeInfinity, -1)]
    public void Doubles_are_right_to_the_last_digits(double x, double expected) => Assert.Equal(expected, ErrorFunction.Of(x), 3e-16);

    [Fact]
    public void Both_formulas_meet_without_a_step() =>
        Assert.Equal(ErrorFunction.Of(Math.BitDecrement(2)), ErrorFunction.Of(2), 3e-16);

    [Fact]
    public void Floats_follow_doubles()
    {
        var x = Enumerable.Range(-5000, 10_001).Select(i => i / 1000f).ToArray();
        var y = new float[x.Length];

        ErrorFunction.Apply<float>(x, y);

        for (int i = 0; i < x.Length; i++)
            Assert.Equal(ErrorFunction.Of(x[i]), y[i], 4e-7);
    }

    [Fact]
    public void Small_floats_keep_their_digits()
    {
        float[] x = [1e-3f, 1e-10f, -1e-20f];
        var y = new float[3];

        ErrorFunction.Apply<float>(x, y);

        for (int i = 0; i < x.Length; i++)
            Assert.Equal(1, y[i] / ErrorFunction.Of(x[i]), 3e-7);
    }

    [Fact]
    public void Floats_beyond_every_number()
    {
        var y = new float[3];

        ErrorFunction.Apply<float>([float.NaN, float.PositiveInfinity, float.NegativeInfinity], y);

        Assert.Equal([float.NaN, 1, -1], y);
        Assert.True(double.IsNaN(ErrorFunction.Of(double.NaN)));
    }
}
