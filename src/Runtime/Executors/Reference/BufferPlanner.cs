using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>Plans the memory of a graph whose nodes run one after another.</summary>
internal static class BufferPlanner
{
    public static BufferPlan Plan(TensorGraph graph, SymbolTable symbols, Lifetimes lifetimes)
    {
        int[][] released = lifetimes.ReleasedAfter();
        var (slotOf, slots) = SlotPlanner.Plan(
            graph.ValueCount, Enumerable.Range(0, graph.Nodes.Length).Select(node => new SlotStep(Made(graph, symbols, lifetimes, node), released[node])));
        return new(graph, slotOf, [.. slots.Select(slot => new BufferSlot([.. slot.Values.Select(id => new Value(id))], slot.Sizes))]);
    }

    private static List<(int, Dim)> Made(TensorGraph graph, SymbolTable symbols, Lifetimes lifetimes, int node)
    {
        var made = new List<(int, Dim)>();
        for (int i = 0; i < graph.Nodes[node].OutputTypes.Length; i++)
        {
            var value = graph.ResultOf(node, i);
            var bytes = graph.TypeOf(value).Bytes;

            // The bytes of a size that the node itself decides are not known when its kernel asks for memory.
            if (lifetimes.LastOf(value.Id) != Lifetimes.EndOfRun && symbols.KnownAfter(bytes) < node)
                made.Add((value.Id, bytes));
        }

        return made;
    }
}
