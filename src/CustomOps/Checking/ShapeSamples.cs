namespace Evergraph.CustomOps.Checking;

/// <summary>Shapes and numbers that the input generators of operators draw.</summary>
public static class ShapeSamples
{
    /// <summary>A shape of up to <paramref name="maxRank"/> dimensions; some sizes are symbols, some constants, 0 and 1 among them.</summary>
    public static Shape AnyShape(this SampleBuilder s, int maxRank = 4)
    {
        var dims = new Dim[s.Next(0, maxRank)];
        for (int i = 0; i < dims.Length; i++)
            dims[i] = AnySize(s);
        return Shape.Create(dims);
    }

    /// <summary>A symbol mostly, a constant sometimes.</summary>
    public static Dim AnySize(this SampleBuilder s) => s.Next(0, 3) == 0 ? s.Next(0, 3) : s.Size();

    /// <summary>Two shapes that broadcast: sizes of 1 and missing dimensions on either side.</summary>
    public static (Shape A, Shape B) Broadcastable(this SampleBuilder s)
    {
        var result = s.AnyShape();
        return (s.Repeatable(result), s.Repeatable(result));
    }

    /// <summary>Three shapes that broadcast: sizes of 1 and missing dimensions on every side.</summary>
    public static (Shape A, Shape B, Shape C) BroadcastableThree(this SampleBuilder s)
    {
        var result = s.AnyShape();
        return (s.Repeatable(result), s.Repeatable(result), s.Repeatable(result));
    }

    /// <summary>A shape that broadcasts to the given one.</summary>
    public static Shape Repeatable(this SampleBuilder s, Shape to)
    {
        var dims = to.AsSpan()[(s.Next(0, 2) == 0 ? s.Next(0, to.Rank) : 0)..].ToArray();
        for (int i = 0; i < dims.Length; i++)
        {
            if (s.Next(0, 4) == 0)
                dims[i] = 1;
        }

        return Shape.Create(dims);
    }

    /// <summary>A number: an integer, a symbol, or a floating-point number.</summary>
    public static Scalar NumberScalar(this SampleBuilder s) => s.Next(0, 3) switch
    {
        0 => s.Size(1),
        1 => s.Next(-3, 3),
        _ => Math.Round((s.Random.NextDouble() * 4) - 2, 2),
    };

    /// <summary>A number or a truth value.</summary>
    public static Scalar AnyScalar(this SampleBuilder s) => s.Next(0, 3) == 0 ? s.Coin() : s.NumberScalar();

    /// <summary>An integer or a symbol.</summary>
    public static Scalar IntegerScalar(this SampleBuilder s) => s.Coin() ? (Scalar)s.Size(1) : s.Next(-3, 3);

    /// <summary>One of the types that bitwise operations take.</summary>
    public static DType IntegerOrBool(this SampleBuilder s) => s.Pick(DType.Bool, DType.UInt8, DType.Int8, DType.Int32, DType.Int64);
}
