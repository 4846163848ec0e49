using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Joins the sum of a residual stream with the norm that reads it: both are one pass over memory.</summary>
/// <remarks>
/// Bit for bit the same: the fused operator rounds the sum, too. Everything else that reads the sum takes the second result.
/// Where several norms read one sum, the first is joined. A norm's weight that is computed after the sum keeps them apart.
/// </remarks>
public sealed class FuseResidualNorm : IPass
{
    private const string Fused = "evergraph::rms_norm.residual";

    /// <inheritdoc/>
    public string Name => "fuse-residual-norm";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        var norms = Find(graph);
        if (norms.Count == 0)
            return PassResult.Unchanged(graph);
        var rewriter = new GraphRewriter(graph);
        var rewrites = new List<Rewrite>();
        var fused = context.Registry.Find(Fused);
        var joined = norms.Values.ToHashSet();
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            if (joined.Contains(i))
                continue;
            if (!norms.TryGetValue(i, out int index))
            {
                rewriter.Copy(i);
                continue;
            }

            var (sum, norm) = (graph.Nodes[i], graph.Nodes[index]);
            var (a, b) = (sum.Tensor("self")!.Value, sum.Tensor("other")!.Value);
            // The stream was there before what is added to it.
            var (residual, x) = a.Id < b.Id ? (a, b) : (b, a);
            var results = rewriter.Builder.Add(
                fused,
                fused.Schema.Arrange(
                    ("x", new TensorArgument(rewriter[x])),
                    ("weight", new TensorArgument(rewriter[norm.Tensor("weight")!.Value])),
                    ("residual", new TensorArgument(rewriter[residual])),
                    ("eps", norm.Argument("eps"))),
                norm.Source);
            rewriter[graph.ResultOf(index)] = results[0];
            rewriter[graph.ResultOf(i)] = results[1];
            rewrites.Add(new("rms_norm(x + r, w), x + r = rms_norm.residual(x, w, r)", norm.ToString()));
        }

        return new(rewriter.Finish(), rewrites);
    }

    /// <summary>For each sum the first norm of it.</summary>
    private static Dictionary<int, int> Find(TensorGraph graph)
    {
        var norms = new Dictionary<int, int>();
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            var norm = graph.Nodes[i];
            if (norm.Operator.Name != "evergraph::rms_norm" || norm.Tensor("x") is not { } x || graph.ProducerOf(x) is not (var sum and >= 0))
                continue;
            if (IsResidualSum(graph, graph.Nodes[sum]) && graph.ProducerOf(norm.Tensor("weight")!.Value) < sum)
                norms.TryAdd(sum, i);
        }

        return norms;
    }

    private static bool IsResidualSum(TensorGraph graph, Node sum) =>
        sum.Operator.Name == "aten::add.Tensor" && sum.Is("alpha", 1)
        && sum.Operands.All(operand => graph.TypeOf(operand) == sum.OutputTypes[0]);
}
