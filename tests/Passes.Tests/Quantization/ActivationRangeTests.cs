using Evergraph.Graph;

namespace Evergraph.Passes.Tests;

public class ActivationRangeTests
{
    [Theory]
    [InlineData(-1, 3, 4 / 255.0, -64)]
    [InlineData(0, 2.55, 0.01, -128)]
    [InlineData(1, 2.55, 0.01, -128)]
    [InlineData(-2.55, 0, 0.01, 127)]
    [InlineData(-2.55, -1, 0.01, 127)]
    [InlineData(-12.8, 12.7, 0.1, 0)]
    [InlineData(0, 0, 1, 0)]
    public void A_range_gives_scale_and_zero_point(double min, double max, double scale, int zeroPoint)
    {
        var range = new ActivationRange(min, max);
        Assert.Equal((float)scale, range.Scale, 1e-8);
        Assert.Equal(zeroPoint, range.ZeroPoint);
    }

    [Fact]
    public void Zero_is_exact_and_every_number_of_the_range_comes_back_to_within_half_a_step()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            double size = Math.Pow(10, random.Next(-40, 38)), a = (random.NextDouble() - 0.5) * size, b = (random.NextDouble() - 0.5) * size;
            var range = new ActivationRange(Math.Min(a, b), Math.Max(a, b));
            Assert.True(range.Scale > 0 && range.Scale == (float)range.Scale, $"seed {seed}: {range}: scale {range.Scale}");
            Assert.InRange(range.ZeroPoint, -128, 127);
            foreach (double x in new[] { 0, range.Min, range.Max, range.Min + (random.NextDouble() * (range.Max - range.Min)) })
            {
                double q = Math.Clamp(Math.Round(x / range.Scale) + range.ZeroPoint, -128, 127);
                double back = (q - range.ZeroPoint) * range.Scale;
                // A scale that float32 rounds down covers 255 steps less 255 roundings.
                double allowed = x == 0 ? 0 : range.Scale * (0.5 + (255 * 6e-8));
                Assert.True(Math.Abs(back - x) <= allowed, $"seed {seed}: {range}: {x:R} comes back as {back:R}, a step is {range.Scale:R}");
            }
        }
    }

    [Theory]
    [InlineData(double.NaN, 1, "nan to 1.0")]
    [InlineData(0, double.PositiveInfinity, "0.0 to inf")]
    [InlineData(1, -1, "1.0 to -1.0")]
    public void What_is_no_range_is_refused(double min, double max, string given) =>
        Assert.Equal($"a range is two finite numbers, the lower one first: given {given}", Assert.Throws<EvergraphException>(() => new ActivationRange(min, max)).Message);

    [Fact]
    public void Joining_keeps_what_both_saw() => Assert.Equal(new ActivationRange(-2, 5), new ActivationRange(-2, 1).Join(new(0, 5)));
}
