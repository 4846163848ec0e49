namespace Evergraph.CustomOps.Aten;

/// <summary>The sizes argument of view and reshape, in which one -1 stands for what is left.</summary>
internal static class ViewSizes
{
    /// <summary>
    /// The result's shape. A size that occurs in both shapes cancels first, so that [0, 64] viewed as [0, -1, 16] has one
    /// answer, the one that it has at every other number of rows.
    /// </summary>
    /// <exception cref="ShapeException">The number of elements cannot be the same.</exception>
    public static Shape Infer(Shape self, ReadOnlySpan<Dim> sizes)
    {
        int inferred = FindInferred(sizes);
        if (inferred < 0)
        {
            var result = Shape.Create(sizes);
            Require(result.Elements == self.Elements, "the number of elements changes");
            return result;
        }

        List<Dim> rest = [.. self];
        var known = new List<Dim>();
        for (int i = 0; i < sizes.Length; i++)
        {
            if (i != inferred && !rest.Remove(sizes[i]))
                known.Add(sizes[i]);
        }

        Dim elements = Product(rest);
        Dim divisor = Product(known);
        Require(divisor >= 1, "the size -1 could be any number when the other sizes have the product 0");
        Dim quotient = PositiveDivision.Floor(elements, divisor, known);
        Require(elements == quotient * divisor, "the elements do not divide into the given sizes");
        return Shape.Create(sizes).With(inferred, quotient);
    }

    /// <summary>The result's sizes, for a kernel whose fake has accepted the arguments.</summary>
    public static long[] Infer(ReadOnlySpan<long> self, ReadOnlySpan<long> sizes)
    {
        long[] result = sizes.ToArray();
        int inferred = sizes.IndexOf(-1);
        if (inferred < 0)
            return result;
        // A size of 0 on both sides cancels; all that is left of the known sizes is at least 1.
        result[inferred] = 1;
        int zeros = self.Count(0) - sizes.Count(0);
        result[inferred] = zeros > 0 ? 0 : NonZeroProduct(self) / NonZeroProduct(result);
        return result;
    }

    private static int FindInferred(ReadOnlySpan<Dim> sizes)
    {
        int inferred = -1;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (!sizes[i].TryGetConstant(out long size))
            {
                if (sizes[i].Range.Min < 0)
                    Require(sizes[i] >= 0, "a size is negative");
            }
            else if (size == -1)
            {
                Require(inferred < 0, $"only one size can be -1: given {Shape.Create(sizes)}");
                inferred = i;
            }
            else
            {
                Require(size >= 0, $"sizes are at least 0, or -1 once: given {Shape.Create(sizes)}");
            }
        }

        return inferred;
    }

    private static Dim Product(List<Dim> sizes)
    {
        Dim product = 1;
        foreach (var size in sizes)
            product *= size;
        return product;
    }

    private static long NonZeroProduct(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
            product *= size == 0 ? 1 : size;
        return product;
    }
}
