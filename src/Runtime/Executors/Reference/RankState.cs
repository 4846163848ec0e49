using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>What one rank keeps between runs: its parts of the parameters, and frames at rest. Thread-safe.</summary>
internal sealed class RankState
{
    private readonly PreparedGraph _prepared;
    private readonly Lock _gate = new();
    private readonly Stack<Frame> _frames = [];
    private readonly int _mostFrames;

    public RankState(PreparedGraph prepared, int rank)
    {
        _prepared = prepared;
        _mostFrames = Environment.ProcessorCount;
        Parameters = [.. prepared.Graph.Parameters.Select(parameter => ParameterParts.Of(parameter, rank))];
    }

    /// <summary>
    /// The parameters. The tensors are never written: a run that overwrites a buffer puts another tensor in its place, so
    /// the model's own data, which may lie in a read-only file, stays as it is.
    /// </summary>
    public Tensor[] Parameters { get; }

    /// <summary>Held by a run that overwrites buffers, from its first node to its last write.</summary>
    public Lock Mutation { get; } = new();

    /// <summary>A frame for one run.</summary>
    public Frame Rent()
    {
        lock (_gate)
        {
            if (_frames.TryPop(out var frame))
                return frame;
        }

        return new(_prepared);
    }

    /// <summary>Gives a frame back after a run that ended well. More than the machine can run at once are not kept.</summary>
    public void Return(Frame frame)
    {
        lock (_gate)
        {
            if (_frames.Count < _mostFrames)
                _frames.Push(frame);
        }
    }
}
