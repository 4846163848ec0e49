using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Evergraph.Runtime;

/// <summary>The meter and the activity source through which figures and spans of all compiled graphs go out.</summary>
public static class Telemetry
{
    /// <summary>The name of both.</summary>
    public const string Name = "Evergraph";

    internal static readonly KeyValuePair<string, object?> FusedBranch = new("evergraph.branch", "fused");
    internal static readonly KeyValuePair<string, object?> PlainBranch = new("evergraph.branch", "plain");

    private static readonly Meter Meter = new(Name);

    internal static Counter<long> Compilations { get; } = Meter.CreateCounter<long>("evergraph.compilations", "{graph}", "Graphs compiled.");

    internal static Counter<long> Runs { get; } = Meter.CreateCounter<long>("evergraph.runs", "{run}", "Calls of compiled graphs.");

    internal static Counter<long> RequirementChecks { get; } = Meter.CreateCounter<long>("evergraph.requirement_checks", "{check}", "Requirements on sizes checked at calls.");

    internal static Counter<long> Branches { get; } = Meter.CreateCounter<long>("evergraph.branches", "{branch}", "Branches taken by nodes that decide at run time.");

    internal static Gauge<long> PlannedBytes { get; } = Meter.CreateGauge<long>("evergraph.planned_bytes", "By", "Bytes of the buffer plan at the sizes of a run.");

    internal static Gauge<long> PeakBytes { get; } = Meter.CreateGauge<long>("evergraph.peak_bytes", "By", "The most bytes of intermediate values held at once in a run.");

    internal static ActivitySource Activities { get; } = new(Name);

    /// <summary>A span of what a compilation consists of; null, at no cost, where nobody listens.</summary>
    /// <param name="name">Such as <c>evergraph.compile.passes</c>.</param>
    internal static Activity? Phase(string name) => Activities.StartActivity(name);
}
