using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Evergraph.CustomOps;

namespace Evergraph.Runtime.Tests;

/// <summary>Local process groups whose ranks are threads of the test's process, over real sockets.</summary>
internal static class LocalRanks
{
    /// <summary>Joins and runs the same code on every rank, each on a thread of its own, and throws what the first that failed threw.</summary>
    public static T[] Run<T>(int size, TimeSpan timeout, Func<LocalProcessGroup, T> body)
    {
        using var folder = new SocketFolder();
        return Run(size, rank => LocalProcessGroup.Join(folder.Path, rank, size, timeout), body);
    }

    public static T[] Run<T>(int size, Func<int, LocalProcessGroup> join, Func<LocalProcessGroup, T> body)
    {
        var results = new T[size];
        Exception? first = null;
        OnThreads(size, rank =>
        {
            try
            {
                using var group = join(rank);
                try
                {
                    results[rank] = body(group);
                }
                catch (Exception exception)
                {
                    var failure = exception as ProcessGroupException ?? new ProcessGroupException($"rank {rank} failed: {exception.Message}", rank, exception);
                    Interlocked.CompareExchange(ref first, failure, null);
                    group.Abort(exception);
                }
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref first, exception, null);
            }
        });
        if (first is not null)
            ExceptionDispatchInfo.Throw(first);
        return results;
    }

    /// <summary>What each rank's joining throws, null where it joins.</summary>
    public static Exception?[] JoinErrors(int size, Func<int, LocalProcessGroup> join)
    {
        var errors = new Exception?[size];
        OnThreads(size, rank => errors[rank] = Record.Exception(() => join(rank).Dispose()));
        return errors;
    }

    /// <summary>The ends of a group that did not have to join, so that its timeout may be too short for that.</summary>
    public static IReadOnlyList<LocalProcessGroup> Connected(int size, TimeSpan timeout)
    {
        var sockets = new Socket?[size, size];
        for (int a = 0; a < size; a++)
        {
            for (int b = a + 1; b < size; b++)
                (sockets[a, b], sockets[b, a]) = Pair();
        }

        return
        [
            .. Enumerable.Range(0, size).Select(rank =>
                new LocalProcessGroup(new Mesh("tp", rank, timeout, [.. Enumerable.Range(0, size).Select(other => sockets[rank, other])]))),
        ];
    }

    public static (Socket A, Socket B) Pair()
    {
        using var folder = new SocketFolder();
        using var listener = SocketFile.TryListen(folder.Path, 1)!;
        var a = SocketFile.Connect(folder.Path, new(TimeSpan.FromHours(1)))!;
        return (a, listener.Accept());
    }

    public static void OnThreads(int count, Action<int> body)
    {
        var threads = Enumerable.Range(0, count).Select(rank => new Thread(() => body(rank)) { IsBackground = true }).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
    }
}
