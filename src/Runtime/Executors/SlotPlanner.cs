using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>What one step of a run makes and gives up.</summary>
/// <param name="Made">The values that it makes, and the bytes that they take.</param>
/// <param name="Released">The values that nothing reads after it.</param>
internal readonly record struct SlotStep(IReadOnlyList<(int Value, Dim Bytes)> Made, IReadOnlyList<int> Released);

/// <summary>A block of memory that values use one after another.</summary>
/// <param name="Values">The values, in the order in which they are made.</param>
/// <param name="Sizes">Sizes in bytes of which the block needs the greatest; none is proven to be at most another.</param>
internal sealed record Slot(List<int> Values, List<Dim> Sizes);

/// <summary>
/// Assigns values to slots greedily, in the order of the steps. Of the slots that are free it takes, in this order: one
/// that is proven large enough at all sizes, one that is proven to be at most as large as the value, any other; and a
/// new one where none is free. A slot serves one value at a time, so all slots together never need more than all values.
/// </summary>
internal sealed class SlotPlanner
{
    private readonly int[] _slotOf;
    private readonly List<Slot> _slots = [];
    private readonly List<int> _free = [];
    private readonly Dictionary<(Dim, Dim), bool> _proofs = [];

    private SlotPlanner(int values)
    {
        _slotOf = new int[values];
        Array.Fill(_slotOf, BufferPlan.NoSlot);
    }

    /// <summary>Plans.</summary>
    /// <param name="values">How many values there are.</param>
    /// <param name="steps">The steps in order.</param>
    /// <returns>The slot of each value, <see cref="BufferPlan.NoSlot"/> for those that no step makes, and the slots.</returns>
    public static (int[] SlotOf, IReadOnlyList<Slot> Slots) Plan(int values, IEnumerable<SlotStep> steps)
    {
        var planner = new SlotPlanner(values);
        foreach (var step in steps)
        {
            foreach (var (value, bytes) in step.Made)
                planner._slotOf[value] = planner.Place(value, bytes);

            // Only now: while a step runs, its operands and its results are alive together.
            foreach (int value in step.Released)
            {
                if (planner._slotOf[value] != BufferPlan.NoSlot)
                    planner._free.Add(planner._slotOf[value]);
            }
        }

        return (planner._slotOf, planner._slots);
    }

    private int Place(int value, Dim bytes)
    {
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

    private Fit FitOf(Slot slot, Dim bytes) =>
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
}
