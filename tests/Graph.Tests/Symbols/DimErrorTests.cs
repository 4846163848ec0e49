namespace Evergraph.Graph.Tests.Symbols;

public sealed class DimErrorTests
{
    private static readonly Symbol S0 = new("s0", 2, 4096);
    private static readonly Symbol S1 = new("s1", 0, Symbol.Unbounded);

    [Fact]
    public void A_symbol_needs_a_name_and_a_range()
    {
        Assert.Equal("symbol s0: expected a range with min <= max, given min 3, max 2",
            Assert.Throws<SymbolRangeException>(() => new Symbol("s0", 3, 2)).Message);
        Assert.Throws<SymbolRangeException>(() => new Symbol("", 0, 1));
        Assert.Equal(new Symbol("s0", 2, 4096), S0);
        Assert.NotEqual(new Symbol("s0", 2, 4095), S0);
        Assert.NotEqual(new Symbol("s0", 2, 4096, SymbolKind.Data), S0);
        Assert.Equal("s0 in 2..4096", S0.Describe());
        Assert.Equal("s1 in 0..", S1.Describe());
    }

    [Fact]
    public void A_branch_on_a_proven_condition_runs()
    {
        Dim s = S0;
        bool reached = false;
        if (s >= 2 && s + 1 != 0 && !(s == 1))
            reached = true;
        Assert.True(reached);
        if (s > 4096 || s == 0)
            Assert.Fail("refuted for every size");
        if (((Dim)4) == 4)
            reached = false;
        Assert.False(reached);
    }

    [Fact]
    public void A_branch_on_an_open_condition_names_the_line_the_ranges_and_the_way_out()
    {
        Dim s = S0;
        var error = Assert.Throws<SymbolicBranchException>(() =>
        {
            if (s + 1 == 4)
                Assert.Fail("there is no answer");
        });
        Assert.Matches(@"DimErrorTests\.cs:\d+$", error.Place);
        Assert.Equal(
            error.Place + ": branch on the symbolic condition s0 + 1 == 4: expected one answer for every size in range, "
            + "given s0 in 2..4096, where neither answer is proven; put the branch inside an operator (a [CustomOp] whose "
            + "real implementation sees the size), or write the size with Dim.Min or Dim.Max",
            error.Message);
        Assert.Equal(s + 1 == 4, error.Condition);
    }

    [Fact]
    public void Both_and_either_need_one_decided_side()
    {
        Dim s = S0;
        Condition open = s == 5;
        Condition proven = s >= 2;
        Condition refuted = s < 2;
        Assert.Equal(open, proven & open);
        Assert.Equal(open, open & proven);
        Assert.Equal(refuted, open & refuted);
        Assert.Equal(open, refuted | open);
        Assert.Equal(open, open | refuted);
        Assert.Equal(proven, open | proven);
        Assert.Throws<SymbolicBranchException>(() => open & (s == 6));
        Assert.Throws<SymbolicBranchException>(() => open | (s == 6));
    }

    [Fact]
    public void A_symbolic_size_has_no_number()
    {
        Assert.Equal(
            "expected a number, given the symbolic size s0 + 1 (s0 in 2..4096); keep it a Dim, or move the code that needs the number inside an operator",
            Assert.Throws<SymbolicDimException>(() => ((Dim)S0 + 1).Value).Message);
        Assert.Equal(7, ((Dim)new Symbol("one", 7, 7)).Value);
        Assert.False(((Dim)S0).TryGetConstant(out _));
    }

    [Fact]
    public void Overflow_is_an_error_that_names_the_operation()
    {
        Assert.Equal(
            "symbolic size: 9223372036854775807 + 1 does not fit in 64 bits; the ranges of the symbols, or the constants of the model, are too large",
            Assert.Throws<DimOverflowException>(() => (Dim)long.MaxValue + 1).Message);
        Assert.Throws<DimOverflowException>(() => (Dim)S1 * (1L << 62) * 4);
        Assert.Throws<DimOverflowException>(() => (Dim)long.MinValue * -1);
        Assert.Throws<DimOverflowException>(() => (Dim)long.MinValue / -1);
        Assert.Throws<DimOverflowException>(() => -(Dim)long.MinValue);
        Assert.Throws<DimOverflowException>(() => ((Dim)S1 * S1).Evaluate(_ => 1L << 40));
        var program = new DimProgram([S1], [(Dim)S1 * S1], []);
        Assert.Throws<DimOverflowException>(() => program.Evaluate(0, [1L << 40]));
    }

    [Fact]
    public void Proofs_about_huge_numbers_do_not_overflow()
    {
        Dim s = S1;
        Dim huge = s * long.MaxValue;
        Assert.Equal(Truth.True, (huge >= 0).Proof);
        Assert.Equal(Truth.True, (huge >= s).Proof);
        Assert.Equal(Truth.Unknown, (huge == -1 * (s * long.MaxValue)).Proof);
        Assert.Equal(Truth.Unknown, (s * s * s * s <= long.MaxValue - 1).Proof);
        Assert.Equal(new DimRange(0, long.MaxValue), (s * s * s * s).Range);
        Assert.Equal(Truth.True, ((Dim)long.MinValue <= s).Proof);
        Assert.Equal(Truth.False, ((Dim)long.MaxValue < s).Proof);
    }

    [Fact]
    public void Division_by_zero_is_an_error_when_built_and_when_evaluated()
    {
        Assert.Equal(
            "symbolic size: (s0) // 0 has no value; give the divisor's symbol a range that starts at 1",
            Assert.Throws<DimDivideByZeroException>(() => (Dim)S0 / 0).Message);
        Assert.Throws<DimDivideByZeroException>(() => (Dim)4 % 0);
        Dim open = (Dim)S0 / S1;
        Assert.Equal("s0 // s1", open.ToString());
        Assert.Equal(
            "symbolic size: 4 // 0 has no value; give the divisor's symbol a range that starts at 1",
            Assert.Throws<DimDivideByZeroException>(() => open.Evaluate(symbol => symbol == S0 ? 4 : 0)).Message);
    }

    [Fact]
    public void A_size_that_explodes_is_an_error()
    {
        Dim product = 1;
        var error = Assert.Throws<DimLimitException>(() =>
        {
            for (int i = 0; i < 64; i++)
                product *= (Dim)new Symbol($"x{i}", 0, 9) + 1;
        });
        Assert.Matches(@"^symbolic size is too large: at most \d+ [a-z ]+, given \d+; compute it from fewer symbols, or inside an operator$", error.Message);

        Dim doubling = S1;
        Assert.Throws<DimLimitException>(() =>
        {
            for (int i = 0; i < 200; i++)
                doubling = (doubling * doubling + 1) / ((Dim)new Symbol($"y{i}", 2, 9) + 1);
        });

        Dim deep = S1;
        Assert.Throws<DimLimitException>(() =>
        {
            for (int i = 0; i < 1000; i++)
                deep = Dim.Min(deep, 5 + i) * Dim.Max(deep, i) / 7;
        });
    }

    [Fact]
    public void A_program_names_the_symbol_that_has_no_value()
    {
        Assert.Equal(
            "symbol s1 in 0..: expected one of the symbols that have a value here (s0 in 2..4096), given one that is bound by no input",
            Assert.Throws<SymbolicDimException>(() => new DimProgram([S0], [(Dim)S1 + 1], [])).Message);
    }
}
