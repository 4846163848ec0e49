using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// Ranks that are processes of one machine. They find each other by a Unix domain socket, and every two of them stay
/// connected by one. Waiting is for the system, without polling.
/// </summary>
/// <remarks>
/// Sums are bit for bit those of a <see cref="ThreadProcessGroup"/>. A rank whose process ends is named on every other one at
/// once. Who can write the socket's folder can join: choose one that only the user can write.
/// </remarks>
public sealed class LocalProcessGroup : IProcessGroup, IDisposable
{
    /// <summary>The environment variable of this process's rank, from 0.</summary>
    public const string RankVariable = "EVERGRAPH_RANK";

    /// <summary>The environment variable of the number of ranks.</summary>
    public const string RanksVariable = "EVERGRAPH_RANKS";

    /// <summary>The environment variable of the path at which the ranks meet.</summary>
    public const string RendezvousVariable = "EVERGRAPH_RENDEZVOUS";

    /// <summary>The environment variable of the timeout in seconds; where it is not set, <see cref="ThreadProcessGroup.DefaultTimeout"/> counts.</summary>
    public const string TimeoutVariable = "EVERGRAPH_TIMEOUT_SECONDS";

    private readonly Mesh _mesh;
    private readonly MeshCalls _calls;
    private readonly MeshMessages _messages;
    private readonly PieceBuffers _buffers;

    internal LocalProcessGroup(Mesh mesh)
    {
        _mesh = mesh;
        _calls = new(mesh);
        _messages = new(mesh);
        _buffers = new(mesh.State.Size);
    }

    /// <summary>The longest timeout: a week.</summary>
    public static TimeSpan LongestTimeout { get; } = TimeSpan.FromDays(7);

    /// <inheritdoc/>
    public string Name => _mesh.State.Name;

    /// <inheritdoc/>
    public int Rank => _mesh.Rank;

    /// <inheritdoc/>
    public int Size => _mesh.State.Size;

    /// <inheritdoc/>
    public TimeSpan Timeout => _mesh.State.Timeout;

    /// <summary>Waits until all ranks are there and connects them.</summary>
    /// <param name="path">
    /// A file in a folder of the user's choosing, the same for every rank, at most 103 bytes with the rank after it. Rank 0
    /// makes it, in the place of one whose process is gone, and removes it when all are there.
    /// </param>
    /// <param name="rank">This process's rank, from 0.</param>
    /// <param name="size">How many ranks, at least 1, the same for every rank.</param>
    /// <param name="timeout">How long a rank waits for another, here and later; more than zero, at most a week.</param>
    /// <param name="name">The name that operators ask for, the same for every rank.</param>
    /// <exception cref="ProcessGroupException">
    /// A rank did not come in time, came twice, or was told something else; every rank that came gets the same error.
    /// </exception>
    public static LocalProcessGroup Join(string path, int rank, int size, TimeSpan timeout, string name = ProcessGroup.TensorParallel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, LongestTimeout);
        Hello.CheckName(name);
        SocketFile.CheckPath(path, size);
        var entrance = new Entrance(path, name, rank, size, timeout);
        // Whoever is not rank 0 asks it, also with a rank that there is not: then every rank learns that.
        if (rank != 0)
            return new(new(name, rank, timeout, entrance.Enter()));
        using var listener = SocketFile.TryListen(path, size) ?? throw SecondZero(path, entrance, timeout);
        return new(new(name, rank, timeout, new Lobby(path, name, size, timeout).Open(listener)));
    }

    /// <summary>
    /// Joins as the environment says: <see cref="RankVariable"/>, <see cref="RanksVariable"/>, <see cref="RendezvousVariable"/>
    /// and, where it is set, <see cref="TimeoutVariable"/>.
    /// </summary>
    /// <param name="name">The name that operators ask for.</param>
    /// <exception cref="ProcessGroupException">A variable is missing or malformed; or as <see cref="Join"/>.</exception>
    public static LocalProcessGroup FromEnvironment(string name = ProcessGroup.TensorParallel)
    {
        var environment = RankEnvironment.Read(Environment.GetEnvironmentVariable);
        return Join(environment.Path, environment.Rank, environment.Size, environment.Timeout, name);
    }

    /// <inheritdoc/>
    public void AllReduce(CollectiveCall call, Tensor x, Tensor result)
    {
        CheckElements("all-reduce", x.Elements, result.Elements);
        if (!IsSmall(x))
        {
            _calls.Exchange(Arrival.AllReduce(call), new ReduceExchange(x, result, Rank, Size, _buffers));
            return;
        }

        byte[][] parts = _calls.Meet(Arrival.AllReduce(call), x.ReadOnlyBytes());
        var sum = new RankSum(result);
        for (int rank = 0; rank < Size; rank++)
            sum.Add(rank == Rank ? x.ReadOnlyBytes() : parts[rank]);
        sum.Complete();
    }

    /// <inheritdoc/>
    public void AllGather(CollectiveCall call, Tensor part, Tensor result)
    {
        CheckElements("all-gather", part.Elements * Size, result.Elements);
        int block = part.ReadOnlyBytes().Length;
        var own = result.Bytes().Slice(Rank * block, block);
        if (!IsSmall(part))
        {
            _calls.Exchange(Arrival.AllGather(call), new GatherExchange(part, result, Size));
            part.ReadOnlyBytes().CopyTo(own);
            return;
        }

        byte[][] parts = _calls.Meet(Arrival.AllGather(call), part.ReadOnlyBytes());
        for (int rank = 0; rank < Size; rank++)
            parts[rank].CopyTo(result.Bytes()[(rank * block)..]);
        part.ReadOnlyBytes().CopyTo(own);
    }

    /// <inheritdoc/>
    public void ReduceScatter(CollectiveCall call, Tensor x, Tensor result)
    {
        CheckElements("reduce-scatter", x.Elements, result.Elements * Size);
        if (!IsSmall(x))
        {
            _calls.Exchange(Arrival.ReduceScatter(call), new ReduceScatterExchange(x, result, Rank, Size, _buffers));
            return;
        }

        byte[][] parts = _calls.Meet(Arrival.ReduceScatter(call), x.ReadOnlyBytes());
        int block = result.ReadOnlyBytes().Length;
        var sum = new RankSum(result);
        for (int rank = 0; rank < Size; rank++)
            sum.Add((rank == Rank ? x.ReadOnlyBytes() : parts[rank]).Slice(Rank * block, block));
        sum.Complete();
    }

    /// <inheritdoc/>
    public void Barrier(CollectiveCall call) => _calls.Meet(Arrival.Barrier(call), []);

    /// <inheritdoc/>
    public void Send(Tensor x, int to, long tag) => _messages.Send(x, PeerRank.Check(to, Rank, Size), tag);

    /// <inheritdoc/>
    public void Receive(Tensor into, int from, long tag) => _messages.Receive(into, PeerRank.Check(from, Rank, Size), tag);

    /// <inheritdoc/>
    public void CompleteSends() => _messages.Complete();

    /// <inheritdoc/>
    /// <remarks>Returns when the others were told. Where the group is over it does nothing.</remarks>
    public void Abort(Exception cause) => _mesh.Abort(cause);

    /// <summary>Says that this rank will communicate no more, so that those who wait for it learn it at once, and closes the connections.</summary>
    public void Dispose() => _mesh.Dispose();

    private static bool IsSmall(Tensor tensor) => tensor.ReadOnlyBytes().Length <= CallFrame.TensorLimit;

    private static void CheckElements(string step, long expected, long given)
    {
        if (expected != given)
            throw new ProcessGroupException($"the result of {step} has the wrong size: expected {expected} elements, given {given}; pass a result that fits the operand");
    }

    // Rank 0 that is there tells the others that there are two; where something else listens, nothing answers.
    private static ProcessGroupException SecondZero(string path, Entrance entrance, TimeSpan timeout)
    {
        using var zero = SocketFile.Connect(path, new(timeout));
        if (zero is not null)
            entrance.Ask(zero);
        return new($"cannot listen at {path}: expected to be the only rank 0, given another process that listens there; give each group a path of its own", 0);
    }
}
