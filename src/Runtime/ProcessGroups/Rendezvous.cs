using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// Where the threads of one <see cref="ThreadProcessGroup"/> meet. Everything they share lies under one lock; who waits,
/// waits for a condition under it, until a deadline.
/// </summary>
internal sealed class Rendezvous(string name, int size, TimeSpan timeout)
{
    private readonly GroupState _state = new(name, size, timeout);
    private readonly bool[] _present = new bool[size];
    private readonly Arrival?[] _arrivals = new Arrival?[size];
    private readonly Tensor?[] _tensors = new Tensor?[size];
    private readonly int[,] _unread = new int[size, size];
    private readonly Dictionary<(int From, int To, long Tag), Queue<Tensor>> _messages = [];
    private long _meetings;

    public string Name => _state.Name;

    public int Size => _state.Size;

    public TimeSpan Timeout => _state.Timeout;

    /// <summary>Waits for all ranks and compares what they call. Then all may read <see cref="TensorOf"/> until they leave.</summary>
    public void Enter(int rank, Arrival arrival, Tensor? tensor) => Meet(rank, arrival, tensor);

    /// <summary>Waits until all ranks have read what they need.</summary>
    public void Leave(int rank) => Meet(rank, null, null);

    /// <summary>What a rank brought to the meeting that is on.</summary>
    public Tensor TensorOf(int rank) => _tensors[rank]!;

    public void Send(Tensor tensor, int from, int to, long tag)
    {
        lock (_state.Gate)
        {
            _state.ThrowIfFailed();
            if (!_messages.TryGetValue((from, to, tag), out var queue))
                _messages.Add((from, to, tag), queue = []);
            queue.Enqueue(tensor);
            _unread[from, to]++;
            Monitor.PulseAll(_state.Gate);
        }
    }

    public Tensor TakeMessage(int from, int to, long tag)
    {
        lock (_state.Gate)
        {
            Tensor? message = null;
            _state.Await(
                () => _messages.TryGetValue((from, to, tag), out var queue) && queue.TryDequeue(out message),
                rank => rank == from,
                () => $"send message {tag} to rank {to}");
            return message!;
        }
    }

    public void MessageRead(int from, int to)
    {
        lock (_state.Gate)
        {
            _unread[from, to]--;
            Monitor.PulseAll(_state.Gate);
        }
    }

    public void AwaitReads(int rank)
    {
        lock (_state.Gate)
            _state.Await(() => !Enumerable.Range(0, Size).Any(IsReading), IsReading, () => $"receive what rank {rank} sent");

        bool IsReading(int other) => _unread[rank, other] > 0;
    }

    public void Fail(GroupFailure failure)
    {
        lock (_state.Gate)
            _state.Fail(failure);
    }

    public void Finish(int rank)
    {
        lock (_state.Gate)
            _state.Finish(rank);
    }

    private void Meet(int rank, Arrival? arrival, Tensor? tensor)
    {
        lock (_state.Gate)
        {
            _state.ThrowIfFailed();
            _present[rank] = true;
            if (arrival is not null)
                (_arrivals[rank], _tensors[rank]) = (arrival, tensor);
            if (_present.Contains(false))
            {
                long meeting = _meetings;
                _state.Await(() => _meetings != meeting, other => !_present[other], () => arrival is null ? "leave a collective" : $"call {arrival}");
                return;
            }

            if (arrival is not null)
                Compare();
            Array.Clear(_present);
            _meetings++;
            Monitor.PulseAll(_state.Gate);
        }
    }

    private void Compare()
    {
        for (int rank = 1; rank < Size; rank++)
        {
            if (_arrivals[rank] != _arrivals[0])
            {
                _state.Fail(GroupFailure.Disagreement(Name, _arrivals[0]!.ToString(), rank, _arrivals[rank]!.ToString()));
                _state.ThrowIfFailed();
            }
        }
    }
}
