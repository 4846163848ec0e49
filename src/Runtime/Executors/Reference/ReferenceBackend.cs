using Evergraph.Graph;
using Microsoft.Extensions.Logging;

namespace Evergraph.Runtime;

/// <summary>Runs graphs with the managed kernels that state what operators mean: the oracle of every other backend.</summary>
public sealed class ReferenceBackend : IBackend
{
    /// <inheritdoc/>
    public string Name => Backend.Reference;

    /// <inheritdoc/>
    public IExecutable Load(TensorGraph graph, LoadContext context)
    {
        var prepared = new PreparedGraph(graph, context);
        context.Logger.LogDebug(
            "reference backend: {Nodes} nodes, {Values} intermediate values in {Slots} slots, {Sizes} distinct sizes",
            prepared.Nodes.Length, graph.ValueCount - prepared.FirstResult, prepared.Buffers.Slots.Count, prepared.Dims.Count);
        return new ReferenceExecutable(prepared);
    }
}
