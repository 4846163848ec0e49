using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// Ranks that are threads of this process. They exchange tensors by reading each other's memory between two rendezvous;
/// waiting is on a monitor, without polling.
/// </summary>
public sealed class ThreadProcessGroup : IProcessGroup
{
    private readonly Rendezvous _rendezvous;

    private ThreadProcessGroup(Rendezvous rendezvous, int rank)
    {
        _rendezvous = rendezvous;
        Rank = rank;
    }

    /// <summary>How long ranks wait for each other where nothing else is said.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public string Name => _rendezvous.Name;

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size => _rendezvous.Size;

    /// <inheritdoc/>
    public TimeSpan Timeout => _rendezvous.Timeout;

    /// <summary>Creates the ends of one group, rank 0's first.</summary>
    /// <param name="size">How many ranks, at least 1.</param>
    /// <param name="timeout">How long a rank waits for another, more than zero.</param>
    /// <param name="name">The name that operators ask for.</param>
    public static IReadOnlyList<ThreadProcessGroup> Create(int size, TimeSpan timeout, string name = ProcessGroup.TensorParallel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        var rendezvous = new Rendezvous(name, size, timeout);
        var ends = new ThreadProcessGroup[size];
        for (int rank = 0; rank < size; rank++)
            ends[rank] = new(rendezvous, rank);
        return ends;
    }

    /// <inheritdoc/>
    public void AllReduce(CollectiveCall call, Tensor x, Tensor result)
    {
        _rendezvous.Enter(Rank, Arrival.AllReduce(call), x);
        var sum = new RankSum(result);
        for (int rank = 0; rank < Size; rank++)
            sum.Add(_rendezvous.TensorOf(rank).ReadOnlyBytes());
        sum.Complete();
        _rendezvous.Leave(Rank);
    }

    /// <inheritdoc/>
    public void AllGather(CollectiveCall call, Tensor part, Tensor result)
    {
        _rendezvous.Enter(Rank, Arrival.AllGather(call), part);
        var bytes = result.Bytes();
        int block = bytes.Length / Size;
        for (int rank = 0; rank < Size; rank++)
            _rendezvous.TensorOf(rank).ReadOnlyBytes().CopyTo(bytes[(rank * block)..]);
        _rendezvous.Leave(Rank);
    }

    /// <inheritdoc/>
    public void ReduceScatter(CollectiveCall call, Tensor x, Tensor result)
    {
        _rendezvous.Enter(Rank, Arrival.ReduceScatter(call), x);
        var sum = new RankSum(result);
        int block = result.ReadOnlyBytes().Length;
        for (int rank = 0; rank < Size; rank++)
            sum.Add(_rendezvous.TensorOf(rank).ReadOnlyBytes().Slice(Rank * block, block));
        sum.Complete();
        _rendezvous.Leave(Rank);
    }

    /// <inheritdoc/>
    public void Barrier(CollectiveCall call) => _rendezvous.Enter(Rank, Arrival.Barrier(call), null);

    /// <inheritdoc/>
    public void Send(Tensor x, int to, long tag) => _rendezvous.Send(x, Rank, Peer(to), tag);

    /// <inheritdoc/>
    public void Receive(Tensor into, int from, long tag)
    {
        var message = _rendezvous.TakeMessage(Peer(from), Rank, tag);
        if (message.DType != into.DType || !message.Sizes.SequenceEqual(into.Sizes))
        {
            var failure = GroupFailure.WrongMessage(from, Rank, tag, into.Type.ToString(), message.Type.ToString());
            _rendezvous.Fail(failure);
            throw failure.ToException();
        }

        message.ReadOnlyBytes().CopyTo(into.Bytes());
        _rendezvous.MessageRead(from, Rank);
    }

    /// <inheritdoc/>
    public void CompleteSends() => _rendezvous.AwaitReads(Rank);

    /// <inheritdoc/>
    public void Abort(Exception cause) => _rendezvous.Fail(GroupFailure.Of(Rank, cause));

    /// <summary>Says that this rank will communicate no more, so that those who wait for it learn it at once.</summary>
    internal void Finish() => _rendezvous.Finish(Rank);

    private int Peer(int rank) => PeerRank.Check(rank, Rank, Size);
}
