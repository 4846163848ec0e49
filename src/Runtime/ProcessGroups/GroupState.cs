using System.Diagnostics;

namespace Evergraph.Runtime;

/// <summary>
/// What all kinds of groups have in common: who finished, the first failure, and waiting under one lock until a deadline, with
/// the same errors.
/// </summary>
internal sealed class GroupState(string name, int size, TimeSpan timeout)
{
    private readonly bool[] _finished = new bool[size];
    private GroupFailure? _failure;
    private bool _settled;

    /// <summary>The lock. All methods but the constructor are called under it.</summary>
    public object Gate { get; } = new();

    public string Name { get; } = name;

    public int Size { get; } = size;

    public TimeSpan Timeout { get; } = timeout;

    /// <summary>
    /// Called at the first failure, under the lock, where a failure has to be told to others before errors are thrown: they
    /// wait for <see cref="Settle"/>.
    /// </summary>
    public Action<GroupFailure>? Failing { get; init; }

    public bool HasFailed => _failure is not null;

    /// <summary>Says that a rank will communicate no more, so that those who wait for it learn it at once.</summary>
    public void Finish(int rank)
    {
        _finished[rank] = true;
        Monitor.PulseAll(Gate);
    }

    public bool HasFinished(int rank) => _finished[rank];

    /// <summary>Notes a failure; the first one counts.</summary>
    public void Fail(GroupFailure failure)
    {
        if (_failure is not null)
            return;
        _failure = failure;
        if (Failing is not null)
            Failing(failure);
        else
            _settled = true;
        Monitor.PulseAll(Gate);
    }

    /// <summary>Says that a failure was told and that nothing touches the ranks' tensors any more.</summary>
    public void Settle()
    {
        _settled = true;
        Monitor.PulseAll(Gate);
    }

    /// <summary>Waits until a failure is settled.</summary>
    public void AwaitSettled()
    {
        while (!_settled)
            Monitor.Wait(Gate);
    }

    public void ThrowIfFailed()
    {
        if (_failure is not { } failure)
            return;
        AwaitSettled();
        throw failure.ToException();
    }

    /// <summary>Waits for other ranks.</summary>
    /// <param name="ready">Whether the wait is over.</param>
    /// <param name="isMissing">Whether a rank is one that is waited for.</param>
    /// <param name="what">What those ranks did not do, for the error.</param>
    public void Await(Func<bool> ready, Func<int, bool> isMissing, Func<string> what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!ready())
        {
            ThrowIfFailed();
            var missing = Enumerable.Range(0, Size).Where(isMissing).ToArray();
            if (missing.Any(HasFinished))
                Fail(new($"{Ranks(missing)} of process group '{Name}' finished and did not {what()}", missing[0], null));
            var left = Timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                Fail(new(
                    $"{Ranks(missing)} of process group '{Name}' did not {what()} within {Timeout.TotalSeconds:0.###} s; "
                    + "look there for what is stuck, or give the group a longer timeout",
                    missing[0],
                    null));
            }

            ThrowIfFailed();
            Monitor.Wait(Gate, left);
        }
    }

    public static string Ranks(IReadOnlyList<int> ranks) => ranks.Count == 1 ? $"rank {ranks[0]}" : $"ranks {string.Join(", ", ranks)}";
}
