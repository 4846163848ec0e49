namespace Evergraph.Graph.Tests.Symbols;

/// <summary>Thousands of random expressions against brute force over every value of their symbols.</summary>
public sealed class GeneratedExpressionTests
{
    private const int Count = 3000;

    public static TheoryData<int> Seeds => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_canonical_form_has_the_value_of_what_was_written(int seed) => ForEach(seed, (a, symbols, text) =>
    {
        DimRange range = a.Dim.Range;
        foreach (long[] values in Generated.Assignments(symbols))
        {
            if (a.Value(values) is not { } expected)
                continue;
            long given = Evaluate(a.Dim, symbols, values);
            Assert.True(given == expected, $"{text}: at {string.Join(", ", values)} expected {expected}, given {given}");
            Assert.True(range.Contains(given), $"{text}: at {string.Join(", ", values)} the value {given} is outside {range}");
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_proof_agrees_with_every_assignment(int seed)
    {
        var random = new Random(seed * 7919);
        ForEach(seed, (a, symbols, text) =>
        {
            Generated b = random.Next(3) switch
            {
                0 => Generated.Expression(random, symbols, 2),
                1 => new(a.Dim + random.Next(-3, 4), _ => null, "near"),
                _ => new(random.Next(-4, 9), _ => null, "number"),
            };
            foreach (Relation relation in Enum.GetValues<Relation>())
            {
                var condition = new Condition(a.Dim, relation, b.Dim);
                Truth proof = condition.Proof;
                Assert.Equal(proof == Truth.Unknown ? proof : 1 - proof, (!condition).Proof);
                if (proof == Truth.Unknown)
                    continue;
                foreach (long[] values in Generated.Assignments(symbols))
                {
                    if (!TryHolds(condition, symbols, values, out bool holds))
                        continue;
                    Assert.True(holds == (proof == Truth.True), $"{text}: {condition} is said to be {proof}, but not at {string.Join(", ", values)}");
                }
            }
        });
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Text_reads_back_as_the_same_form(int seed) => ForEach(seed, (a, symbols, text) =>
    {
        string written = a.Dim.ToString();
        Dim read = DimText.Parse(written, name => symbols.First(symbol => symbol.Name == name));
        Assert.True(read.Equals(a.Dim), $"{text}: {written} reads back as {read}");
        Assert.Equal(a.Dim.GetHashCode(), read.GetHashCode());
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_program_gives_the_same_value(int seed) => ForEach(seed, (a, symbols, text) =>
    {
        var program = new DimProgram(symbols, [a.Dim, 7, symbols[0]], [a.Dim <= 3, a.Dim == symbols[0]]);
        foreach (long[] values in Generated.Assignments(symbols))
        {
            if (a.Value(values) is null)
                continue;
            long expected = Evaluate(a.Dim, symbols, values);
            Assert.True(program.Evaluate(0, values) == expected, $"{text}: at {string.Join(", ", values)}");
            Assert.Equal(7, program.Evaluate(1, values));
            Assert.Equal(values[0], program.Evaluate(2, values));
            Assert.Equal(expected <= 3, program.Holds(0, values));
            Assert.Equal(expected == values[0], program.Holds(1, values));
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Substitution_keeps_the_value(int seed) => ForEach(seed, (a, symbols, text) =>
    {
        Dim moved;
        try
        {
            moved = a.Dim.Substitute(symbol => symbol == symbols[0] ? (Dim)symbol * 2 + 1 : symbol);
        }
        catch (DimDivideByZeroException)
        {
            // Outside the declared range a divisor may be zero always.
            return;
        }
        foreach (long[] values in Generated.Assignments(symbols))
        {
            // 2*s + 1 leaves the declared range; only values that stay inside are promised.
            long[] at = [2 * values[0] + 1, .. values[1..]];
            if (at[0] < symbols[0].Min || at[0] > symbols[0].Max || a.Value(at) is not { } expected)
                continue;
            Assert.True(Evaluate(moved, symbols, values) == expected, $"{text}: at {string.Join(", ", values)} the moved form is {moved}");
        }
    });

    private static void ForEach(int seed, Action<Generated, Symbol[], string> check)
    {
        var random = new Random(seed);
        for (int i = 0; i < Count / 4; i++)
        {
            Symbol[] symbols = Generated.Symbols(random);
            Generated a = Generated.Expression(random, symbols, random.Next(1, 5));
            check(a, symbols, $"seed {seed}, expression {i}, {string.Join(", ", symbols.Select(symbol => symbol.Describe()))}, {a.Source} = {a.Dim}");
        }
    }

    private static long Evaluate(Dim dim, Symbol[] symbols, long[] values) => dim.Evaluate(symbol => values[Array.IndexOf(symbols, symbol)]);

    private static bool TryHolds(Condition condition, Symbol[] symbols, long[] values, out bool holds)
    {
        holds = false;
        try
        {
            holds = condition.Holds(symbol => values[Array.IndexOf(symbols, symbol)]);
            return true;
        }
        catch (DimDivideByZeroException)
        {
            // Proofs speak of the values where both sides exist.
            return false;
        }
    }
}
