using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>All that a run needs of one node, worked out once: nothing is looked up by name or by type at a call.</summary>
internal sealed class NodePlan
{
    public required int Index { get; init; }

    public required Node Node { get; init; }

    /// <summary>Where the node finds the implementation to run.</summary>
    public required DispatchSite Site { get; init; }

    /// <summary>The element types of its operands, by which implementations are chosen.</summary>
    public required DTypeSet DTypes { get; init; }

    /// <summary>The value id of the first result; the others follow.</summary>
    public required int FirstResult { get; init; }

    /// <summary>Whether the ranks of a group meet in it, so that its errors are the group's.</summary>
    public required bool IsCollective { get; init; }

    /// <summary>How its arguments are filled; a value is one of the graph's.</summary>
    public required ArgumentPlan Arguments { get; init; }

    public required ResultPlan[] Results { get; init; }

    /// <summary>The values that the node reads, each once.</summary>
    public required int[] Operands { get; init; }

    /// <summary>The values that no later node reads.</summary>
    public required int[] Released { get; init; }

    /// <summary>The sizes of results that give a symbol its value.</summary>
    public required (int Result, int Axis, int Symbol)[] Binds { get; init; }

    /// <summary>Whether any result has a slot.</summary>
    public required bool HasSlots { get; init; }

    /// <summary>Where the branches of a node that decides at run time are counted, or null for any other node.</summary>
    public required BranchCounter? Branches { get; init; }
}

/// <summary>What is planned of one result.</summary>
/// <param name="Value">Its value id.</param>
/// <param name="DType">Its element type.</param>
/// <param name="Sizes">Its sizes' places in the <see cref="DimTable"/>.</param>
/// <param name="Bytes">Its bytes' place in the <see cref="DimTable"/>; not used without a slot.</param>
/// <param name="Slot">Its slot, or <see cref="BufferPlan.NoSlot"/>.</param>
internal sealed record ResultPlan(int Value, DType DType, int[] Sizes, int Bytes, int Slot);
