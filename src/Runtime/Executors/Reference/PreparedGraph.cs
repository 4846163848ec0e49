using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>A graph ready to run with the reference kernels: what all ranks and runs share. Immutable.</summary>
internal sealed class PreparedGraph
{
    public PreparedGraph(TensorGraph graph, LoadContext context)
    {
        Graph = graph;
        Context = context;
        FirstResult = graph.Inputs.Length + graph.Parameters.Length;
        var lifetimes = new Lifetimes(graph);
        Buffers = BufferPlanner.Plan(graph, context.Symbols, lifetimes);
        Dims = new(context.Symbols);
        Nodes = new NodePlanner(graph, context, Dims, Buffers).Plan(lifetimes.ReleasedAfter());
        CheckImplementations(Nodes, context.Dispatcher);
        SlotSizes = [.. Buffers.Slots.Select(slot => slot.Sizes.Select(Dims.Add).ToArray())];
        SlotOf = [.. Enumerable.Range(0, graph.ValueCount).Select(id => Buffers.SlotOf(new(id)))];
        Dims.Freeze();
    }

    public TensorGraph Graph { get; }

    public LoadContext Context { get; }

    public BufferPlan Buffers { get; }

    public DimTable Dims { get; }

    public NodePlan[] Nodes { get; }

    /// <summary>For each slot the places of its sizes in <see cref="Dims"/>.</summary>
    public int[][] SlotSizes { get; }

    /// <summary>The slot of each value.</summary>
    public int[] SlotOf { get; }

    /// <summary>The first value that a node makes.</summary>
    public int FirstResult { get; }

    /// <summary>Fails where a node could not run under the policy in force now; a run asks again, under its own.</summary>
    private static void CheckImplementations(NodePlan[] plans, Dispatcher dispatcher)
    {
        var missing = new Dictionary<(OperatorDefinition, DTypeSet), (Node, IReadOnlyList<Candidate>)>();
        foreach (var plan in plans)
        {
            var resolution = dispatcher.Resolve(plan.Node.Operator, plan.DTypes);
            if (resolution.Chosen is null)
                missing.TryAdd((plan.Node.Operator, plan.DTypes), (plan.Node, resolution.Candidates));
        }

        if (missing.Count > 0)
            throw new MissingKernelException(Backend.Reference, [.. missing.Values]);
    }
}
