namespace Evergraph.Graph.Import.TorchExport;

/// <summary>The targets and sources of a program, looked up once for all attempts.</summary>
internal sealed class TargetTable(OperatorRegistry registry)
{
    private readonly Dictionary<string, ResolvedTarget> _targets = new(StringComparer.Ordinal);

    /// <summary>Where nodes come from.</summary>
    public NodeSources Sources { get; } = new();

    public ResolvedTarget this[string target] =>
        _targets.TryGetValue(target, out ResolvedTarget? resolved) ? resolved : _targets[target] = ResolvedTarget.Of(target, registry);
}
