using Evergraph.Graph;

namespace Evergraph.Passes.Tests;

public class TensorParallelPlanTests
{
    [Theory]
    [InlineData("model.layers.0.self_attn.q_proj", LinearSplit.Column)]
    [InlineData("model.layers.31.mlp.down_proj", LinearSplit.Row)]
    [InlineData("bert.encoder.layer.0.attention.self.query", LinearSplit.Column)]
    [InlineData("bert.encoder.layer.0.output.dense", LinearSplit.Row)]
    [InlineData("lm_head", null)]
    [InlineData("my_q_proj", null)]
    public void Names_decide(string module, LinearSplit? split) => Assert.Equal(split, TensorParallelPlan.Default.Find(module));

    [Fact]
    public void A_plan_is_read_line_by_line_and_the_first_match_counts()
    {
        var plan = TensorParallelPlan.Parse("# mine\nrow layers.*.odd\ncolumn odd # all others\n\n");
        Assert.Equal(LinearSplit.Row, plan.Find("model.layers.7.odd"));
        Assert.Equal(LinearSplit.Column, plan.Find("model.blocks.7.odd"));
        Assert.Null(plan.Find("model.layers.7.even"));
    }

    [Theory]
    [InlineData("column")]
    [InlineData("3 q_proj")]
    [InlineData("column a b")]
    public void A_wrong_line_is_named(string line) =>
        Assert.Equal($"tensor-parallel plan, line 2: expected 'column PATTERN' or 'row PATTERN', given '{line}'", Assert.Throws<EvergraphException>(() => TensorParallelPlan.Parse($"row x\n{line}")).Message);
}
