using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Communication;

/// <summary>
/// The streams of one call: products run on lanes, so that one product's last blocks and the next one's first share the device; copies to other
/// ranks run on a stream of their own. A call forks them from the rank's stream, and joins them to it.
/// </summary>
internal sealed class OverlapStreams : IDisposable
{
    /// <summary>How many products may be under way.</summary>
    public const int Lanes = 2;

    private readonly CudaDevice _device;

    // The lanes besides the rank's stream, then that of copies.
    private readonly CudaStream?[] _streams = new CudaStream?[Lanes];
    private readonly bool[] _forked = new bool[Lanes];
    private readonly List<CudaEvent> _events = [];
    private int _nextEvent;

    /// <param name="device">Whose streams.</param>
    /// <param name="main">The rank's stream, which is the first lane.</param>
    public OverlapStreams(CudaDevice device, CudaStream main) => (_device, Main) = (device, main);

    /// <summary>The rank's stream.</summary>
    public CudaStream Main { get; }

    /// <summary>Begins a call: what was forked before is joined.</summary>
    public void Begin()
    {
        _nextEvent = 0;
        Array.Clear(_forked);
        Mark(Main);
    }

    /// <summary>A lane; it waits for what the rank's stream had when the call began.</summary>
    public CudaStream Lane(int lane) => lane % Lanes is > 0 and var other ? Forked(other - 1) : Main;

    /// <summary>
    /// The stream of copies: one keeps the link to the other ranks busy. It waits for what the rank's stream had when the call began.
    /// </summary>
    public CudaStream Copies => Forked(Lanes - 1);

    /// <summary>Lets one stream wait for what another has now.</summary>
    public void Follow(CudaStream follower, CudaStream leader)
    {
        if (!ReferenceEquals(follower, leader))
            follower.Wait(Mark(leader));
    }

    /// <summary>
    /// Waits on the host for all that was enqueued, in the middle of a call too: what this rank has enqueued waits only for what other ranks enqueue before they
    /// need anything that this one has not enqueued yet.
    /// </summary>
    public void Drain()
    {
        Main.Synchronize();
        foreach (var stream in _streams)
            stream?.Synchronize();
    }

    /// <summary>Ends a call: the rank's stream waits for all that were forked.</summary>
    public void Join()
    {
        for (int i = 0; i < _streams.Length; i++)
        {
            if (_forked[i])
                Follow(Main, _streams[i]!);
        }
    }

    public void Dispose()
    {
        foreach (var marked in _events)
            marked.Dispose();
        foreach (var stream in _streams)
            stream?.Dispose();
    }

    private CudaStream Forked(int index)
    {
        var stream = _streams[index] ??= CudaStream.Create(_device);
        if (!_forked[index])
        {
            _forked[index] = true;
            stream.Wait(_events[0]);
        }

        return stream;
    }

    private CudaEvent Mark(CudaStream stream)
    {
        if (_nextEvent == _events.Count)
            _events.Add(CudaEvent.Create(_device, timing: false));
        var marked = _events[_nextEvent++];
        stream.Record(marked);
        return marked;
    }
}
