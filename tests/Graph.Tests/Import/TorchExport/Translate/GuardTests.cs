using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.Graph.Tests.Import;

public sealed class GuardTests
{
    private static ProgramText Program(params string[] guards)
    {
        var program = new ProgramText().Input("x", "f32[s0; 4]").Input("y", "f32[s1; 4]").IntInput("n", "s2").Input("d_ids", "i64[s0]")
            .Range("s0", "2", "null").Range("s1", "2", "null").Range("s2", "0", "100")
            .Node("out", "f32[s0; 4]", "relu.default", ("self", "x")).Output("out");
        program.Guards.AddRange(guards);
        return program;
    }

    [Theory]
    [InlineData("L['x'].size()[1] == 4")]
    [InlineData("L['x'].shape[1] == 4")]
    [InlineData("L['d']['ids'].size()[0] == L['x'].size()[0]")]
    [InlineData("min(16*L['x'].size()[0], 32*L['x'].size()[0]) == (16*L['x'].size()[0])")]
    [InlineData("64*L['x'].size()[0] >= min(16*L['x'].size()[0], 32*L['x'].size()[0])")]
    [InlineData("min(16*L['x'].size()[0], 32*L['x'].size()[0]) != (64*L['x'].size()[0])")]
    [InlineData("L['x'].size()[0] >= 2")]
    [InlineData("2 <= L['x'].size()[0]")]
    [InlineData("0 <= L['n'] <= 100 and L['n'] != 101")]
    [InlineData("not (L['x'].size()[0] < 2)")]
    [InlineData("-(-L['x'].size()[0]) > 0")]
    [InlineData("-L['x'].size()[0] < 0")]
    [InlineData("2**3 == 8")]
    [InlineData("True")]
    public void Guards_that_hold_over_the_declared_ranges_are_dropped(string guard)
    {
        ImportedModel model = Program(guard).Import();
        Assert.Equal([new(guard, GuardOutcome.Proven)], model.Report.Guards);
        Assert.Empty(model.Graph.Requirements);
    }

    [Theory]
    [InlineData("L['y'].size()[0] == (2*L['x'].size()[0])", "s1 == 2*s0")]
    [InlineData("L['x'].size()[0] % 8 == 0", "s0 % 8 == 0")]
    [InlineData("L['n'] <= L['x'].size()[0]", "s2 <= s0")]
    [InlineData("0 <= L['n'] <= L['x'].size()[0]", "s2 <= s0")]
    public void Relations_between_inputs_are_checked_at_each_call(string guard, string expected)
    {
        ImportedModel model = Program(guard).Import();
        Assert.Equal([new(guard, GuardOutcome.Required)], model.Report.Guards);
        Requirement requirement = Assert.Single(model.Graph.Requirements);
        Assert.Equal(expected, requirement.Condition.ToString());
        Assert.Equal("a guard of the exported program", requirement.Message);
        // The guard says nothing about 0 and 1, so it does not keep the ranges from widening.
        Assert.Equal(2, model.Report.Widened.Count);
    }

    [Theory]
    [InlineData("((1 + L['x'].size()[0]) // 2) != 1")]
    [InlineData("L['x'].size()[0] != L['y'].size()[0]")]
    public void Traces_of_specialisation_are_dropped(string guard)
    {
        ImportedModel model = Program(guard).Import();
        Assert.Equal([new(guard, GuardOutcome.Specialization)], model.Report.Guards);
        Assert.Empty(model.Graph.Requirements);
    }

    [Theory]
    [InlineData("L['x'].stride()[0] == 4", "expected size() or shape, given stride")]
    [InlineData("L['q'].size()[0] == 4", "expected a tensor input and one of its axes, given q[0]")]
    [InlineData("L['x'].size()[7] == 4", "expected a tensor input and one of its axes, given x[7]")]
    [InlineData("L['x'].size()[0] == 4 or True", "expected a condition without 'or'")]
    [InlineData("L['x'].size()[0] / 2 == 4", "expected an operation on whole numbers")]
    [InlineData("utils_device.CURRENT_DEVICE == None", "expected a known symbol, given utils_device")]
    [InlineData("not (1 < 2 and 2 < 3)", "expected the opposite of one condition, not of several")]
    [InlineData("L['x'].size()[0]", "expected a condition, given a size")]
    [InlineData("1.5 < 2", "expected a whole number")]
    [InlineData("", "expected a name, a number or '('")]
    public void Guards_that_are_not_understood_become_warnings(string guard, string expected)
    {
        ImportedModel model = Program(guard).Import();
        Assert.Equal([new(guard, GuardOutcome.NotUnderstood)], model.Report.Guards);
        Assert.Contains("a guard is not understood and was left out", Assert.Single(model.Report.Warnings));
        Assert.Contains(expected, model.Report.Warnings[0]);
    }

    [Fact]
    public void A_guard_that_can_not_hold_is_refused() =>
        Assert.Contains("guard \"L['x'].size()[0] == 1\" holds for no size in the declared ranges", Program("L['x'].size()[0] == 1").Fails());
}
