using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten.Views;

/// <summary>Sizes of slices: as torch.export writes them, and against Python's rule.</summary>
public class SliceShapeTests
{
    private static readonly Symbol Tokens = new("s70", 0, 4096);
    private static readonly Dim S = Tokens;
    private static readonly Dim P = new Symbol("s77", 2, 4096);

    [Fact]
    public void Slices_of_everything_keep_the_size()
    {
        Assert.Equal(S, Length(S, 0, long.MaxValue));
        Assert.Equal(S, Length(S, null, null));
        Assert.Equal(S, Length(S, 0, S));
    }

    [Fact]
    public void Slices_that_models_write_come_out_plain()
    {
        Assert.Equal(S, Length(S + 1, 1, S + 1));
        Assert.Equal(S, Length(S + 1, 0, S));
        Assert.Equal(S, Length(S + 1, 1, long.MaxValue));
        Assert.Equal(S, Length(S + 1, null, -1));
        Assert.Equal(1, Length(P, 0, 1));
        Assert.Equal(1, Length(P, -1, null));
        Assert.Equal(P - 1, Length(P, 1, null));
        Assert.Equal(P - 1, Length(P, 0, -1));
        Assert.Equal(Dim.Min(1, S), Length(S, 0, 1));
        Assert.Equal(Dim.Min(5, S), Length(S, -5, null));
        Assert.Equal(Dim.Max(0, S - 5), Length(S, 5, null));
        Assert.Equal(8, Length(16, 8, long.MaxValue));
        Assert.Equal(Dim.CeilDiv(S, 2), SliceBounds(S, null, null, 2));
    }

    [Fact]
    public void A_step_is_at_least_1() => Assert.Equal(
        "a slice's step is at least 1: expected 0 >= 1, given 0", Given.Refused(() => SliceBounds(S, null, null, 0)));

    [Fact]
    public void A_slice_is_what_Python_selects()
    {
        var end = new Symbol("e", -9, 9);
        var start = new Symbol("b", -9, 9);
        for (int size = 0; size <= 4; size++)
        {
            var symbolic = SliceTensor.Fake(new(DType.Float32, [new Symbol("n", 0, 4)]), 0, start, end, 1).Shape[0];
            for (int from = -6; from <= 6; from++)
            {
                for (int to = -6; to <= 6; to++)
                {
                    for (int step = 1; step <= 3; step++)
                    {
                        float[] expected = Python(size, from, to, step);
                        var result = SliceTensor.Real(Given.Range(size), 0, from, to, step);
                        Assert.Equal(expected, result.ReadOnlySpan<float>().ToArray());
                        Assert.Equal(expected.Length, SliceBounds(size, from, to, step));
                    }

                    long known = symbolic.Evaluate(symbol => symbol.Name switch { "n" => size, "b" => from, _ => to });
                    Assert.True(Python(size, from, to, 1).Length == known, $"[{from}:{to}] of {size}: {symbolic} is {known}");
                }
            }
        }
    }

    // The definition in Python's reference: bounds count from the end when negative, then they are clamped.
    private static float[] Python(int size, int start, int end, int step)
    {
        var selected = new List<float>();
        int first = Math.Clamp(start < 0 ? start + size : start, 0, size);
        int last = Math.Clamp(end < 0 ? end + size : end, 0, size);
        for (int i = first; i < last; i += step)
            selected.Add(i);
        return [.. selected];
    }

    private static Dim Length(Dim size, Dim? start, Dim? end) => SliceBounds(size, start, end, 1);

    private static Dim SliceBounds(Dim size, Dim? start, Dim? end, Dim step) =>
        SliceTensor.Fake(new(DType.Float32, [3, size]), -1, start, end, step).Shape[1];
}
