using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>How often a node that decides at run time took each branch. Counted on every rank that runs. Thread-safe.</summary>
public sealed class BranchCounter : BranchRecorder
{
    private readonly KeyValuePair<string, object?> _place;
    private long _plain;
    private long _fused;

    internal BranchCounter(int node, string @operator, NodeSource source)
    {
        Node = node;
        Operator = @operator;
        Source = source;
        _place = new("evergraph.node", source.ToString() is { Length: > 0 } place ? place : $"{@operator} #{node}");
    }

    /// <summary>The node's index in the compiled graph.</summary>
    public int Node { get; }

    /// <summary>The operator's name.</summary>
    public string Operator { get; }

    /// <summary>Where in the model.</summary>
    public NodeSource Source { get; }

    /// <summary>How often communication and product came one after the other.</summary>
    public long Plain => Interlocked.Read(ref _plain);

    /// <summary>How often they overlapped.</summary>
    public long Fused => Interlocked.Read(ref _fused);

    /// <inheritdoc/>
    public override void Record(bool overlapped)
    {
        Interlocked.Increment(ref overlapped ? ref _fused : ref _plain);
        Telemetry.Branches.Add(1, _place, overlapped ? Telemetry.FusedBranch : Telemetry.PlainBranch);
    }

    /// <summary>The place and both counts.</summary>
    public override string ToString() => $"{_place.Value}: plain {Plain}, fused {Fused}";
}
