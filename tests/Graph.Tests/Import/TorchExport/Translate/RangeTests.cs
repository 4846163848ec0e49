using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.Graph.Tests.Import;

public sealed class RangeTests
{
    private static ProgramText Relu() => new ProgramText().Input("x", "f32[s0]").Node("out", "f32[s0]", "relu.default", ("self", "x")).Output("out");

    private static string Range(ImportedModel model, string name = "s0") => model.Graph.Symbols().Single(s => s.Name == name).Describe();

    [Theory]
    [InlineData("2", "null", "s0 in 0..")]
    [InlineData("2", "64", "s0 in 0..64")]
    [InlineData("2", "\"Infinity\"", "s0 in 0..")]
    [InlineData("2", "Infinity", "s0 in 0..")]
    [InlineData("2", "9223372036854775806", "s0 in 0..")]
    [InlineData("3", "64", "s0 in 3..64")]
    [InlineData("null", "64", "s0 in 0..64")]
    [InlineData("\"-Infinity\"", "64", "s0 in 0..64")]
    [InlineData("-5", "64", "s0 in 0..64")]
    public void Bounds_are_read_and_two_is_widened(string min, string max, string expected) =>
        Assert.Equal(expected, Range(Relu().Range("s0", min, max).Import()));

    [Fact]
    public void Widening_can_be_turned_off() =>
        Assert.Equal("s0 in 2..", Range(Relu().Range("s0", "2", "null").Import(options: new() { WidenRanges = false })));

    [Fact]
    public void A_range_without_a_value_is_refused() =>
        Assert.Contains("symbol s0 is declared over 5 to 3, expected a range with a value in it", Relu().Range("s0", "5", "3").Fails());

    [Theory]
    [InlineData("2*s0", "6", "20", "s0 in 3..10")]
    [InlineData("2*s0", "5", "21", "s0 in 3..10")]
    [InlineData("s0 + 1", "4", "null", "s0 in 3..")]
    [InlineData("2*s0", "4", "null", "s0 in 0..")]
    [InlineData("Mul(Integer(2), Symbol('s0'))", "4", "null", "s0 in 0..")]
    public void Derived_ranges_tighten_the_symbol(string key, string min, string max, string expected) =>
        Assert.Equal(expected, Range(Relu().Range("s0", "2", "null").Range(key, min, max).Import()));

    [Fact]
    public void Derived_ranges_that_do_not_are_checked_at_each_call()
    {
        ImportedModel model = Relu().Range("s0", "2", "null").Range("s0 % 8", "null", "0").Import();
        Assert.Equal("s0 % 8 <= 0", Assert.Single(model.Graph.Requirements).Condition.ToString());
        Assert.Equal("s0 in 0..", Range(model));
    }

    [Fact]
    public void Derived_ranges_that_contradict_are_refused()
    {
        Assert.Contains("the declared range 2*s0 >= 100 holds for no value of s0 in 2..4", Relu().Range("s0", "2", "4").Range("2*s0", "100", "null").Fails());
        Assert.Contains("the range of 2*+ is not understood", Relu().Range("s0", "2", "4").Range("2*+", "100", "null").Fails());
    }

    [Fact]
    public void A_range_is_widened_only_as_far_as_every_node_proves()
    {
        OperatorRegistry registry = TestOperators.Registry().Register(TestOperators.Define("t::positive(Tensor x) -> Tensor", static a =>
        {
            FakeContext.Require(a.Tensor(0).Shape[0] >= 1, "needs a row");
            return [a.Tensor(0)];
        }));
        ImportedModel model = new ProgramText().Input("x", "f32[s0; s1]").Range("s0", "2", "null").Range("s1", "2", "null")
            .Node("out", "f32[s0; s1]", "torch.ops.t.positive.default", ("x", "x")).Output("out").Import(registry);
        Assert.Equal("s0 in 1..", Range(model));
        Assert.Equal("s1 in 0..", Range(model, "s1"));
        Assert.Equal(["s0: 2..→1..", "s1: 2..→0.."], model.Report.Widened.Select(static w => w.ToString()));
        Assert.Empty(model.Graph.Requirements);
    }

    [Fact]
    public void A_range_is_not_widened_where_the_recorded_sizes_would_differ()
    {
        // max(s0, 2) is s0 from 2 on only.
        ImportedModel model = new ProgramText().Input("x", "f32[s0]").Range("s0", "2", "null")
            .Node("out", "f32[Max(Symbol('s0'), Integer(2))]", "relu.default", ("self", "x")).Output("out").Import();
        Assert.Equal("s0 in 2..", Range(model));
        Assert.Empty(model.Report.Widened);
    }

    [Fact]
    public void A_requirement_that_the_declared_range_leaves_open_does_not_keep_it_from_widening()
    {
        OperatorRegistry registry = TestOperators.Registry().Register(TestOperators.Define("t::even(Tensor x) -> Tensor", static a =>
        {
            FakeContext.Require(a.Tensor(0).Shape[0] % 2 == 0, "needs an even number of rows");
            return [a.Tensor(0)];
        }));
        ImportedModel model = new ProgramText().Input("x", "f32[s0]").Range("s0", "2", "null")
            .Node("out", "f32[s0]", "torch.ops.t.even.default", ("x", "x")).Output("out").Import(registry);
        Assert.Equal("s0 in 0..", Range(model));
        Assert.Equal("t::even at layers.0.mlp (model.py:31): needs an even number of rows: expected 0, given s0 % 2", Assert.Single(model.Graph.Requirements).Describe());
    }

    [Fact]
    public void The_error_is_the_one_over_the_declared_range()
    {
        OperatorRegistry registry = TestOperators.Registry().Register(TestOperators.Define("t::big(Tensor x) -> Tensor", static a =>
        {
            FakeContext.Require(a.Tensor(0).Shape[0] >= 10, "needs ten rows");
            return [a.Tensor(0)];
        }));
        Assert.Equal(
            "m.pt2: node 'out': t::big at layers.0.mlp (model.py:31): needs ten rows: expected s0 >= 10, given s0",
            new ProgramText().Input("x", "f32[s0]").Range("s0", "2", "9").Node("out", "f32[s0]", "torch.ops.t.big.default", ("x", "x")).Fails(registry));
    }
}
