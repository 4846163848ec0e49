namespace Evergraph.Graph.Tests.Symbols;

/// <summary>
/// A random expression twice: as the algebra under test, and as a function written with nothing but schoolbook
/// arithmetic over 128 bits, which is what is right.
/// </summary>
internal sealed record Generated(Dim Dim, Func<long[], Int128?> Value, string Source)
{
    /// <summary>One to three symbols; most ranges are small, some are open and then looked at through a window.</summary>
    public static Symbol[] Symbols(Random random)
    {
        var symbols = new Symbol[random.Next(1, 4)];
        for (int i = 0; i < symbols.Length; i++)
        {
            long min = random.Next(10) == 0 ? long.MinValue : random.Next(-3, 4);
            long max = random.Next(4) == 0 ? Symbol.Unbounded : Math.Max(min, -3) + random.Next(0, 6);
            symbols[i] = new Symbol($"s{i}", min, max);
        }
        return symbols;
    }

    /// <summary>Every assignment within the ranges, or within the window -6..9 where a range is open.</summary>
    public static IEnumerable<long[]> Assignments(Symbol[] symbols)
    {
        var values = new long[symbols.Length];
        return Walk(0);

        IEnumerable<long[]> Walk(int at)
        {
            if (at == symbols.Length)
            {
                yield return values;
                yield break;
            }
            for (long value = Math.Max(symbols[at].Min, -6); value <= Math.Min(symbols[at].Max, 9); value++)
            {
                values[at] = value;
                foreach (long[] rest in Walk(at + 1))
                    yield return rest;
            }
        }
    }

    public static Generated Expression(Random random, Symbol[] symbols, int depth)
    {
        if (depth == 0 || random.Next(6) == 0)
        {
            if (random.Next(3) == 0)
            {
                long number = random.Next(-5, 9);
                return new(number, _ => number, $"{number}");
            }
            int at = random.Next(symbols.Length);
            return new(symbols[at], values => values[at], symbols[at].Name);
        }
        Generated a = Expression(random, symbols, depth - 1);
        Generated b = Expression(random, symbols, depth - 1);
        switch (random.Next(9))
        {
            case 0 or 1:
                return new(a.Dim + b.Dim, Both(a, b, (x, y) => x + y), $"({a.Source} + {b.Source})");
            case 2:
                return new(a.Dim - b.Dim, Both(a, b, (x, y) => x - y), $"({a.Source} - {b.Source})");
            case 3:
                return new(a.Dim * b.Dim, Both(a, b, (x, y) => x * y), $"({a.Source} * {b.Source})");
            case 4:
                return new(Dim.Min(a.Dim, b.Dim), Both(a, b, Int128.Min), $"min({a.Source}, {b.Source})");
            case 5:
                return new(Dim.Max(a.Dim, b.Dim), Both(a, b, Int128.Max), $"max({a.Source}, {b.Source})");
            default:
                if (random.Next(3) > 0 || (b.Dim.IsConstant && b.Dim.Value == 0))
                {
                    long number = random.Next(1, 9) * (random.Next(5) == 0 ? -1 : 1);
                    b = new(number, _ => number, $"{number}");
                }
                return random.Next(3) switch
                {
                    0 => new(a.Dim / b.Dim, Both(a, b, Floor), $"({a.Source} // {b.Source})"),
                    1 => new(a.Dim % b.Dim, Both(a, b, (x, y) => Floor(x, y) is { } q ? x - y * q : null), $"({a.Source} % {b.Source})"),
                    _ => new(Dim.CeilDiv(a.Dim, b.Dim), Both(a, b, (x, y) => -Floor(-x, y)), $"ceil({a.Source} / {b.Source})"),
                };
        }
    }

    private static Func<long[], Int128?> Both(Generated a, Generated b, Func<Int128, Int128, Int128> combine) =>
        Both(a, b, (x, y) => (Int128?)combine(x, y));

    // Null is a division by zero, somewhere inside.
    private static Func<long[], Int128?> Both(Generated a, Generated b, Func<Int128, Int128, Int128?> combine) =>
        values => a.Value(values) is { } x && b.Value(values) is { } y ? combine(x, y) : null;

    private static Int128? Floor(Int128 a, Int128 b)
    {
        if (b == 0)
            return null;
        Int128 quotient = a / b;
        return quotient * b > a == b > 0 && quotient * b != a ? quotient - 1 : quotient;
    }
}
