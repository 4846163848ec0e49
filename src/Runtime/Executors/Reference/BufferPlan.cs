using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>Which intermediate values share memory. Sizes are symbolic, so one plan serves every size.</summary>
public sealed class BufferPlan
{
    /// <summary>The mark of a value that has no slot: an input, a parameter, an output, or of a size that its own node decides.</summary>
    public const int NoSlot = -1;

    private readonly int[] _slotOf;

    internal BufferPlan(TensorGraph graph, int[] slotOf, IReadOnlyList<BufferSlot> slots)
    {
        Graph = graph;
        _slotOf = slotOf;
        Slots = slots;
    }

    /// <summary>The graph that is planned.</summary>
    public TensorGraph Graph { get; }

    /// <summary>The blocks of memory.</summary>
    public IReadOnlyList<BufferSlot> Slots { get; }

    /// <summary>The slot of a value, or <see cref="NoSlot"/>.</summary>
    public int SlotOf(Value value) => _slotOf[value.Id];

    /// <summary>Bytes of all slots at given values of the symbols.</summary>
    public long Bytes(Func<Symbol, long> values) => Slots.Sum(slot => slot.Sizes.Max(size => size.Evaluate(values)));
}

/// <summary>One block of memory that values use one after another.</summary>
/// <param name="Values">The values, in the order in which they are made.</param>
/// <param name="Sizes">Sizes in bytes of which the block needs the greatest; none is proven to be at most another.</param>
public sealed record BufferSlot(IReadOnlyList<Value> Values, IReadOnlyList<Dim> Sizes);
