using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>How long one step of a run took.</summary>
/// <param name="Node">The node of the compiled graph that it belongs to, or −1 for none.</param>
/// <param name="Name">The kernel's or the library's function.</param>
/// <param name="Start">When it began, in microseconds after the run's first step.</param>
/// <param name="Duration">How long it took, in microseconds; what is launched alone takes about two more than within a replay.</param>
/// <param name="Bytes">The bytes of its operands and results: the least that it moves.</param>
/// <param name="Operations">The multiplications and additions: on a GPU of products and attention, and 0 where moving bytes is what counts; on the reference backend of every node.</param>
public sealed record StepTiming(int Node, string Name, double Start, double Duration, long Bytes, long Operations);

/// <summary>What one run took, step by step.</summary>
/// <param name="Graph">The compiled graph.</param>
/// <param name="Steps">The steps, in the order in which they ran.</param>
public sealed record RunProfile(TensorGraph Graph, IReadOnlyList<StepTiming> Steps)
{
    /// <summary>The values that the symbols had.</summary>
    public IReadOnlyList<(string Symbol, long Value)> Symbols { get; init; } = [];

    /// <summary>The most bytes of intermediate values at once, or null where the backend does not tell.</summary>
    public long? PeakBytes { get; init; }
}
