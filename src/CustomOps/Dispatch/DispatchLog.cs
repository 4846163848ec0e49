using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// The structured events of dispatch, category <c>Evergraph.Dispatch</c>: which implementation an operator uses the first time for some
/// element types, when that switches, each fallback with its reason, and what plugins brought.
/// </summary>
internal sealed partial class DispatchLog(ILoggerFactory loggerFactory)
{
    private readonly ILogger _logger = loggerFactory.CreateLogger("Evergraph.Dispatch");
    private readonly ConcurrentDictionary<(string Operator, string Platform, DTypeSet DTypes), Implementation> _used = new();

    /// <summary>A site found what to call; says so if that is new.</summary>
    public void Uses(Resolution resolution)
    {
        if (resolution.Chosen is not { } chosen)
            return;
        var key = (resolution.Operator.Name, resolution.Platform, resolution.DTypes);
        if (_used.TryAdd(key, chosen))
        {
            First(resolution.Operator.Name, resolution.DTypes, chosen.Id, chosen.Kind, chosen.Vendor ?? "none");
        }
        else if (_used.TryGetValue(key, out var before) && before.Id != chosen.Id && _used.TryUpdate(key, chosen, before))
        {
            Switched(resolution.Operator.Name, resolution.DTypes, before.Id, chosen.Id, chosen.Kind, chosen.Vendor ?? "none");
        }
    }

    /// <summary>An implementation failed, and the next one is called.</summary>
    public void FellBack(Resolution resolution, Implementation next, (Implementation Implementation, Exception Exception) failure) => Fallback(
        failure.Exception, resolution.Operator.Name, failure.Implementation.Id, next.Id, ImplementationFailure.Describe(failure.Exception));

    /// <summary>An implementation failed, and none may take over.</summary>
    public void NotRetried(Resolution resolution, Implementation implementation, Exception exception) => NotRetried(
        exception, resolution.Operator.Name, implementation.Id, ImplementationFailure.Describe(exception));

    /// <summary>A plugin was loaded, with or without faults.</summary>
    public void Loaded(PluginReport report)
    {
        Plugin(report.Name, report.Source, report.Registered);
        foreach (var fault in report.Faults)
            PluginFault(fault.Exception, report.Name, report.Source, fault.What, ImplementationFailure.Describe(fault.Exception));
    }

    [LoggerMessage(1, LogLevel.Information, "{Operator} of ({DTypes}) uses {Id} (kind {Kind}, vendor {Vendor})")]
    private partial void First(string @operator, DTypeSet dtypes, string id, ImplementationKind kind, string vendor);

    [LoggerMessage(2, LogLevel.Information, "{Operator} of ({DTypes}) switches from {Before} to {Id} (kind {Kind}, vendor {Vendor})")]
    private partial void Switched(string @operator, DTypeSet dtypes, string before, string id, ImplementationKind kind, string vendor);

    [LoggerMessage(3, LogLevel.Warning, "{Operator} falls back from {Id} to {Next}: {Reason}")]
    private partial void Fallback(Exception exception, string @operator, string id, string next, string reason);

    [LoggerMessage(4, LogLevel.Warning, "{Operator}: {Id} failed and is not retried, because it may have written or communicated: {Reason}")]
    private partial void NotRetried(Exception exception, string @operator, string id, string reason);

    [LoggerMessage(5, LogLevel.Debug, "plugin {Plugin} ({Source}) registered {Count} implementations")]
    private partial void Plugin(string plugin, string source, int count);

    [LoggerMessage(6, LogLevel.Warning, "plugin {Plugin} ({Source}): {What} could not be registered: {Reason}")]
    private partial void PluginFault(Exception exception, string plugin, string source, string what, string reason);
}
