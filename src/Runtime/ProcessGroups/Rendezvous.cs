using System.Diagnostics;
using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// Where the threads of one <see cref="ThreadProcessGroup"/> meet. Everything they share lies under one lock; who waits,
/// waits for a condition under it, until a deadline.
/// </summary>
internal sealed class Rendezvous(string name, int size, TimeSpan timeout)
{
    private readonly object _gate = new();
    private readonly bool[] _present = new bool[size];
    private readonly bool[] _finished = new bool[size];
    private readonly Arrival?[] _arrivals = new Arrival?[size];
    private readonly Tensor?[] _tensors = new Tensor?[size];
    private readonly int[,] _unread = new int[size, size];
    private readonly Dictionary<(int From, int To, long Tag), Queue<Tensor>> _messages = [];
    private long _meetings;
    private Failure? _failure;

    public string Name { get; } = name;

    public int Size { get; } = size;

    public TimeSpan Timeout { get; } = timeout;

    /// <summary>Waits for all ranks and compares what they call. Then all may read <see cref="TensorOf"/> until they leave.</summary>
    public void Enter(int rank, string step, CollectiveCall call, Tensor? tensor) => Meet(rank, new(step, call), tensor);

    /// <summary>Waits until all ranks have read what they need.</summary>
    public void Leave(int rank) => Meet(rank, null, null);

    /// <summary>What a rank brought to the meeting that is on.</summary>
    public Tensor TensorOf(int rank) => _tensors[rank]!;

    public void Send(Tensor tensor, int from, int to, long tag)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            if (!_messages.TryGetValue((from, to, tag), out var queue))
                _messages.Add((from, to, tag), queue = []);
            queue.Enqueue(tensor);
            _unread[from, to]++;
            Monitor.PulseAll(_gate);
        }
    }

    public Tensor TakeMessage(int from, int to, long tag)
    {
        lock (_gate)
        {
            Tensor? message = null;
            Await(
                () => _messages.TryGetValue((from, to, tag), out var queue) && queue.TryDequeue(out message),
                rank => rank == from,
                () => $"send message {tag} to rank {to}");
            return message!;
        }
    }

    public void MessageRead(int from, int to)
    {
        lock (_gate)
        {
            _unread[from, to]--;
            Monitor.PulseAll(_gate);
        }
    }

    public void AwaitReads(int rank)
    {
        lock (_gate)
            Await(() => !Enumerable.Range(0, Size).Any(IsReading), IsReading, () => $"receive what rank {rank} sent");

        bool IsReading(int other) => _unread[rank, other] > 0;
    }

    public void Abort(int rank, Exception cause)
    {
        lock (_gate)
            Fail(cause is ProcessGroupException ? cause.Message : $"rank {rank} failed: {cause.Message}", rank, cause);
    }

    public void Finish(int rank)
    {
        lock (_gate)
        {
            _finished[rank] = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Meet(int rank, Arrival? arrival, Tensor? tensor)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            _present[rank] = true;
            if (arrival is not null)
                (_arrivals[rank], _tensors[rank]) = (arrival, tensor);
            if (_present.Contains(false))
            {
                long meeting = _meetings;
                Await(() => _meetings != meeting, other => !_present[other], () => arrival is null ? "leave a collective" : $"call {arrival}");
                return;
            }

            if (arrival is not null)
                Compare();
            Array.Clear(_present);
            _meetings++;
            Monitor.PulseAll(_gate);
        }
    }

    private void Compare()
    {
        for (int rank = 1; rank < Size; rank++)
        {
            if (_arrivals[rank] != _arrivals[0])
            {
                Fail(
                    $"ranks of process group '{Name}' disagree: rank 0 calls {_arrivals[0]}, rank {rank} calls {_arrivals[rank]}; "
                    + "every rank must call the same operators in the same order, with the same sizes and tokens",
                    null,
                    null);
                ThrowIfFailed();
            }
        }
    }

    private void Await(Func<bool> ready, Func<int, bool> isMissing, Func<string> what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!ready())
        {
            ThrowIfFailed();
            var missing = Enumerable.Range(0, Size).Where(isMissing).ToArray();
            if (missing.Any(rank => _finished[rank]))
                Fail($"{Ranks(missing)} of process group '{Name}' finished and did not {what()}", missing[0], null);
            var left = Timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                Fail(
                    $"{Ranks(missing)} of process group '{Name}' did not {what()} within {Timeout.TotalSeconds:0.###} s; "
                    + "look there for what is stuck, or give the group a longer timeout",
                    missing[0],
                    null);
            }

            ThrowIfFailed();
            Monitor.Wait(_gate, left);
        }
    }

    private void Fail(string message, int? rank, Exception? cause)
    {
        _failure ??= new(message, rank, cause);
        Monitor.PulseAll(_gate);
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
            throw new ProcessGroupException(failure.Message, failure.Rank, failure.Cause);
    }

    private static string Ranks(int[] ranks) => ranks.Length == 1 ? $"rank {ranks[0]}" : $"ranks {string.Join(", ", ranks)}";

    private sealed record Arrival(string Step, CollectiveCall Call)
    {
        public override string ToString() => $"{Step} for {Call}";
    }

    private sealed record Failure(string Message, int? Rank, Exception? Cause);
}
