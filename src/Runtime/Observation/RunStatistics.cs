using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// What a compiled graph has done. Thread-safe; counting allocates nothing. The same figures go out through the meter
/// <see cref="Telemetry.Name"/>.
/// </summary>
public sealed class RunStatistics
{
    private readonly SortedList<int, BranchCounter> _branches = [];
    private long _runs;
    private long _requirementChecks;
    private long _plannedBytes;
    private long _peakBytes;

    /// <summary>How often the graph was compiled: once, whatever sizes it was called with.</summary>
    public long Compilations { get; } = 1;

    /// <summary>How many calls ended well; one on several ranks of <see cref="CompiledGraph.RunOnRanks"/> counts once.</summary>
    public long Runs => Interlocked.Read(ref _runs);

    /// <summary>How many requirements on sizes were checked and held.</summary>
    public long RequirementChecks => Interlocked.Read(ref _requirementChecks);

    /// <summary>Bytes of the buffer plan of one rank at the sizes of the last run.</summary>
    public long PlannedBytes => Interlocked.Read(ref _plannedBytes);

    /// <summary>The most bytes of intermediate values that one rank held at once in any run.</summary>
    public long PeakBytes => Interlocked.Read(ref _peakBytes);

    /// <summary>The nodes that decide at run time, in graph order, with the branches they took.</summary>
    public IReadOnlyList<BranchCounter> Branches => [.. _branches.Values];

    /// <summary>The counter of a node; a backend asks for it while it loads.</summary>
    internal BranchCounter CounterOf(int index, Node node)
    {
        if (!_branches.TryGetValue(index, out var counter))
            _branches.Add(index, counter = new(index, node.Operator.Name, node.Source));
        return counter;
    }

    internal void CountRun()
    {
        Interlocked.Increment(ref _runs);
        Telemetry.Runs.Add(1);
    }

    internal void CountChecks(int checks)
    {
        if (checks == 0)
            return;
        Interlocked.Add(ref _requirementChecks, checks);
        Telemetry.RequirementChecks.Add(checks);
    }

    internal void CountBytes(long planned, long peak)
    {
        Interlocked.Exchange(ref _plannedBytes, planned);
        long known = Interlocked.Read(ref _peakBytes);
        while (peak > known && Interlocked.CompareExchange(ref _peakBytes, peak, known) is var seen && seen != known)
            known = seen;
        Telemetry.PlannedBytes.Record(planned);
        Telemetry.PeakBytes.Record(peak);
    }
}
