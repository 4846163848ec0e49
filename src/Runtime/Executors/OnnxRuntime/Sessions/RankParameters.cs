using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Sessions;

/// <summary>What one rank has of a graph's parameters: those that are the same on every run, and those that runs overwrite.</summary>
internal sealed class RankParameters
{
    public RankParameters(TensorGraph graph, OutputRoles roles, int rank)
    {
        var parts = graph.Parameters.Select(parameter => ParameterParts.Of(parameter, rank)).ToArray();
        Weights = [.. parts.Select((part, i) => roles.Buffers.Contains(i) ? null : part)];
        Buffers = [.. roles.Buffers.Select(buffer => parts[buffer])];
    }

    /// <summary>For each parameter the rank's part, or null for one that runs overwrite.</summary>
    public Tensor?[] Weights { get; }

    /// <summary>The rank's parts of those that runs overwrite, as <see cref="OutputRoles.Buffers"/> orders them.</summary>
    public Tensor[] Buffers { get; }
}
