using System.Diagnostics;
using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>Takes the time of each node of one run.</summary>
internal sealed class NodeTimes(TensorGraph graph)
{
    private readonly (long Start, long End)[] _times = new (long, long)[graph.Nodes.Length];

    /// <summary>A node begins.</summary>
    public void Begin(int node) => _times[node].Start = Stopwatch.GetTimestamp();

    /// <summary>A node is done.</summary>
    public void End(int node) => _times[node].End = Stopwatch.GetTimestamp();

    /// <summary>The steps, one a node, at the sizes of the run.</summary>
    public IReadOnlyList<StepTiming> Steps(Func<Symbol, long> symbols)
    {
        var steps = new StepTiming[_times.Length];
        for (int i = 0; i < steps.Length; i++)
        {
            var node = graph.Nodes[i];
            long bytes = node.Operands.Select(graph.TypeOf).Concat(node.OutputTypes).Sum(type => type.Bytes.Evaluate(symbols));
            steps[i] = new(
                i,
                node.Operator.Name,
                Stopwatch.GetElapsedTime(_times[0].Start, _times[i].Start).TotalMicroseconds,
                Stopwatch.GetElapsedTime(_times[i].Start, _times[i].End).TotalMicroseconds,
                bytes,
                OperationCount.Of(graph, node).Evaluate(symbols));
        }

        return steps;
    }
}
