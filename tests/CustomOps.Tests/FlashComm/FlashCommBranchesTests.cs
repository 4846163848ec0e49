using Evergraph.Graph;
using Evergraph.Graph.Text;
using Evergraph.Graph.Views;

namespace Evergraph.CustomOps.Tests;

public class FlashCommBranchesTests
{
    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    [Fact]
    public void A_row_operator_compares_the_tokens_of_all_batches()
    {
        var branches = Of("float32[3, n, 32]", "row_linear_maybe_flashcomm_fp(x=%0, weight=%1, bias=none, tp_size=2, threshold=64)", "float32[3, (n + 1) // 2, 16]");
        Assert.Equal("enabled && 2 > 1 && 3*n > 64", branches.Predicate);
        Assert.Equal(("3*n", 64L, true, 2L), (branches.Size.ToString(), branches.Threshold, branches.Enabled, branches.Ranks));
        Assert.Equal("multiply the next rank's rows and send them", branches.Fused[0]);
        Assert.Contains("reduce-scatter: each rank gets the sum of its rows", branches.Plain);
    }

    [Fact]
    public void A_column_operator_compares_num_tokens_and_not_its_shard()
    {
        var branches = Of("float32[(n + 1) // 2, 32]", "column_linear_maybe_flashcomm_fp(x=%0, weight=%1, bias=none, num_tokens=n, tp_size=2, gather_output=true, enabled=false)", "float32[n, 32]");
        Assert.Equal("not enabled && 2 > 1 && n > 1000", branches.Predicate);
        Assert.Equal("all-gather the features", branches.Fused[^1]);
        Assert.Equal("all-gather the rows of all ranks and drop the padding", branches.Plain[0]);
    }

    [Fact]
    public void Other_operators_have_no_branches()
    {
        var graph = GraphParser.Parse("input %0 \"x\": float32[2]\n%1 = evergraph::all_reduce(x=%0, tp_size=2) : float32[2]\noutput %1 \"y\"", Registry);
        Assert.Null(FlashCommBranches.Of(graph, graph.Nodes[0]));
    }

    private static MaybeBranches Of(string x, string node, string result)
    {
        var graph = GraphParser.Parse($"symbol n = 1..100\ninput %0 \"x\": {x}\ninput %1 \"w\": float32[16, 32]\ninput %2 \"t\": float32[n]\n%3 = evergraph::{node} : {result}\noutput %3 \"y\"", Registry);
        return FlashCommBranches.Of(graph, graph.Nodes[0])!;
    }
}
