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
        MissingKernelException.ThrowIfAny(Backend.Reference, Nodes.Select(plan => (plan.Node, context.Dispatcher.Resolve(plan.Node.Operator, plan.DTypes))));
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
}
