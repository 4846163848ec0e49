using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// Assigns values to slots greedily, in the order of the nodes. Of the slots that are free it takes, in this order: one
/// that is proven large enough at all sizes, one that is proven to be at most as large as the value, any other; and a
/// new one where none is free. A slot serves one value at a time, so all slots together never need more than all values.
/// </summary>
internal sealed class BufferPlanner
{
    private readonly TensorGraph _graph;
    private readonly SymbolTable _symbols;
    private readonly Lifetimes _lifetimes;
    private readonly List<OpenSlot> _slots = [];
    private readonly List<int> _free = [];
    private readonly Dictionary<(Dim, Dim), bool> _proofs = [];

    private BufferPlanner(TensorGraph graph, SymbolTable symbols, Lifetimes lifetimes)
    {
        _graph = graph;
        _symbols = symbols;
        _lifetimes = lifetimes;
    }

    public static BufferPlan Plan(TensorGraph graph, SymbolTable symbols, Lifetimes lifetimes) =>
        new BufferPlanner(graph, symbols, lifetimes).Run();

    private BufferPlan Run()
    {
        int[] slotOf = new int[_graph.ValueCount];
        Array.Fill(slotOf, BufferPlan.NoSlot);
        int[][] released = _lifetimes.ReleasedAfter();
        for (int node = 0; node < _graph.Nodes.Length; node++)
        {
            for (int i = 0; i < _graph.Nodes[node].OutputTypes.Length; i++)
            {
                var value = _graph.ResultOf(node, i);
                // The bytes of a size that the node itself decides are not known when its kernel asks for memory.
                if (_lifetimes.LastOf(value.Id) != Lifetimes.EndOfRun && _symbols.KnownAfter(_graph.TypeOf(value).Bytes) < node)
                    slotOf[value.Id] = Place(value);
            }

            // Only now: while a node runs, its operands and its results are alive together.
            foreach (int id in released[node])
            {
                if (slotOf[id] != BufferPlan.NoSlot)
                    _free.Add(slotOf[id]);
            }
        }

        return new(_graph, slotOf, [.. _slots.Select(slot => new BufferSlot(slot.Values, slot.Sizes))]);
    }

    private int Place(Value value)
    {
        var bytes = _graph.TypeOf(value).Bytes;
        int best = -1;
        var bestFit = Fit.None;
        // The slot freed last is looked at first: its memory is the warmest.
        for (int i = _free.Count - 1; i >= 0 && bestFit != Fit.Fits; i--)
        {
            var fit = FitOf(_slots[_free[i]], bytes);
            if (fit > bestFit)
                (best, bestFit) = (i, fit);
        }

        int slot;
        if (best < 0)
        {
            slot = _slots.Count;
            _slots.Add(new([], []));
        }
        else
        {
            slot = _free[best];
            _free.RemoveAt(best);
        }

        var sizes = _slots[slot].Sizes;
        if (!sizes.Exists(size => IsAtMost(bytes, size)))
        {
            sizes.RemoveAll(size => IsAtMost(size, bytes));
            sizes.Add(bytes);
        }

        _slots[slot].Values.Add(value);
        return slot;
    }

    private Fit FitOf(OpenSlot slot, Dim bytes) =>
        slot.Sizes.Exists(size => IsAtMost(bytes, size)) ? Fit.Fits
        : slot.Sizes.TrueForAll(size => IsAtMost(size, bytes)) ? Fit.Grows
        : Fit.Unknown;

    private bool IsAtMost(Dim a, Dim b)
    {
        if (a.Equals(b))
            return true;
        if (!_proofs.TryGetValue((a, b), out bool proven))
            _proofs.Add((a, b), proven = (a <= b).Proof == Truth.True);
        return proven;
    }

    private enum Fit
    {
        None,
        Unknown,
        Grows,
        Fits,
    }

    private sealed record OpenSlot(List<Value> Values, List<Dim> Sizes);
}
