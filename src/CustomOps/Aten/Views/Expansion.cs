namespace Evergraph.CustomOps.Aten;

/// <summary>The rule of expand: an axis of size 1 takes any size, any other keeps its own.</summary>
internal static class Expansion
{
    /// <summary>The result's shape. A symbolic size is never taken for the 1 that it may be at some call.</summary>
    /// <exception cref="ShapeException">The shape cannot be expanded to the sizes.</exception>
    public static Shape Infer(Shape self, ReadOnlySpan<Dim> size)
    {
        int lead = size.Length - self.Rank;
        Require(lead >= 0, $"too few sizes: expected at least {self.Rank}, given {size.Length}");
        var result = size.ToArray();
        for (int i = 0; i < result.Length; i++)
        {
            if (i >= lead && result[i].Equals(-1))
                result[i] = self[i - lead];
            else if (i >= lead && !self[i - lead].Equals(1))
                Require(result[i] == self[i - lead], $"size {i} cannot be expanded: only an axis of size 1 can");
            else if (result[i].Range.Min < 0)
                Require(result[i] >= 0, i < lead ? $"size {i} of a new axis is negative" : $"size {i} is negative");
        }

        return Shape.Create(result);
    }

    public static (Shape Shape, Dim[] Sizes) Draw(SampleBuilder s)
    {
        var sizes = s.Sizes(s.Next(0, 4));
        int lead = s.Next(0, sizes.Length);
        var shape = new Dim[sizes.Length - lead];
        for (int i = 0; i < shape.Length; i++)
            shape[i] = s.Coin() ? 1 : sizes[lead + i];
        return (Shape.Create(shape), sizes);
    }
}
