using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.CustomOperators;
using Evergraph.Runtime.OnnxRuntime.Lowering;
using Evergraph.Runtime.OnnxRuntime.Sessions;

namespace Evergraph.Runtime.OnnxRuntime;

/// <summary>A graph in ONNX Runtime, one session for each rank.</summary>
internal sealed class OnnxRuntimeExecutable : IExecutable, IDisposable
{
    private readonly RankSession[] _ranks;

    public OnnxRuntimeExecutable(TensorGraph graph, LoadContext context)
    {
        var roles = new OutputRoles(graph);
        _ranks = new RankSession[context.Ranks];
        try
        {
            for (int rank = 0; rank < _ranks.Length; rank++)
                _ranks[rank] = new(graph, context, rank, roles);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What became of each node.</summary>
    public LoweredNode[] Nodes => _ranks[0].Nodes;

    /// <inheritdoc/>
    public Tensor[] Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols, IProcessGroup? group) => _ranks[group?.Rank ?? 0].Run(inputs, symbols);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var rank in _ranks)
            rank?.Dispose();
    }
}
