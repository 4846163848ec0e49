using Evergraph.Graph;
using Evergraph.Graph.Text;

namespace Evergraph.CustomOps.Tests;

/// <summary>Counts held against what the formulas of the operators say, with literal numbers.</summary>
public class OperationCountTests
{
    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    [Theory]
    [InlineData("float32[n, 64]", "float32[64, 16]", "aten::mm(self=%0, mat2=%1) : float32[n, 16]", "2048*n")]
    [InlineData("float32[3, n, 8]", "float32[3, 8, 4]", "aten::bmm(self=%0, mat2=%1) : float32[3, n, 4]", "192*n")]
    [InlineData("float32[n, 8]", "float32[8]", "aten::mv(self=%0, vec=%1) : float32[n]", "16*n")]
    [InlineData("float32[1, n, 64]", "float32[16, 64]", "aten::linear(input=%0, weight=%1) : float32[1, n, 16]", "2048*n")]
    [InlineData("float32[n, 32]", "float32[64, 32]", "evergraph::row_linear_maybe_flashcomm_fp(x=%0, weight=%1, bias=none, tp_size=2) : float32[(n + 1) // 2, 64]", "4096*n")]
    [InlineData("float32[(n + 1) // 2, 64]", "float32[32, 64]", "evergraph::column_linear_maybe_flashcomm_fp(x=%0, weight=%1, bias=none, num_tokens=n, tp_size=2) : float32[n, 32]", "4096*n")]
    [InlineData("float32[1, 4, n, 8]", "float32[1, 4, 5, 8]", "aten::scaled_dot_product_attention(query=%0, key=%1, value=%1) : float32[1, 4, n, 8]", "640*n")]
    [InlineData("float32[1, n, 4, 8]", "float32[1, n, 2, 8]", "evergraph::grouped_query_attention(q=%0, k=%1, v=%1, is_causal=true) : float32[1, n, 4, 8]", "64*n**2")]
    [InlineData("float32[n, 3, 8, 8]", "float32[6, 3, 3, 3]", "aten::conv2d(input=%0, weight=%1) : float32[n, 6, 6, 6]", "11664*n")]
    [InlineData("float32[n, 8]", "float32[8]", "aten::add.Tensor(self=%0, other=%1) : float32[n, 8]", "8*n")]
    [InlineData("float32[n, 8]", "float32[8]", "aten::sum.dim_IntList(self=%0, dim=[1]) : float32[n]", "8*n")]
    [InlineData("float32[n, 8]", "float32[8]", "evergraph::rms_norm(x=%0, weight=%1) : float32[n, 8]", "8*n")]
    [InlineData("float32[n, 8]", "float32[8]", "aten::view(self=%0, size=[8, n]) : float32[8, n]", "0")]
    [InlineData("float32[99, 8]", "int64[n]", "aten::embedding(weight=%0, indices=%1) : float32[n, 8]", "0")]
    [InlineData("float32[n, 8]", "float32[8]", "evergraph::all_reduce(x=%0, tp_size=2) : float32[n, 8]", "0")]
    public void Counts_are_what_the_formula_says(string x, string w, string node, string expected)
    {
        var graph = GraphParser.Parse($"symbol n = 1..100\ninput %0 \"x\": {x}\ninput %1 \"w\": {w}\ninput %2 \"t\": float32[n]\n%3 = {node}\noutput %3 \"y\"", Registry);
        Assert.Equal(expected, OperationCount.Of(graph, graph.Nodes[0]).ToString());
    }
}
