using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evergraph.Passes;

/// <summary>What passes may ask for besides the graph.</summary>
/// <param name="Registry">The operators that rewrites make nodes of.</param>
/// <param name="Logger">Where passes say what people should know, such as a layer that is left alone and why.</param>
/// <param name="Dispatcher">Chooses the implementations of what passes compute.</param>
public sealed record PassContext(OperatorRegistry Registry, ILogger Logger, Dispatcher Dispatcher)
{
    /// <summary>A context that logs nothing.</summary>
    public PassContext(OperatorRegistry registry)
        : this(registry, NullLogger.Instance, Dispatcher.Default)
    {
    }
}
