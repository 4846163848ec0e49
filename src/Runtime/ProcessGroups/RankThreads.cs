using System.Runtime.ExceptionServices;
using Evergraph.CustomOps;

namespace Evergraph.Runtime;

/// <summary>Runs the same code once on every rank of a <see cref="ThreadProcessGroup"/>, each rank on a thread of its own.</summary>
/// <remarks>It returns when every thread has ended: a rank that never returns cannot be stopped from outside.</remarks>
public static class RankThreads
{
    /// <summary>Runs <paramref name="body"/> on every rank of a new group, which is in force on the rank's thread.</summary>
    /// <param name="size">How many ranks, at least 1.</param>
    /// <param name="body">What a rank does, given its end of the group.</param>
    /// <returns>What each rank returned, rank 0's first.</returns>
    /// <exception cref="ProcessGroupException">
    /// A rank threw: the message names the rank that threw first, and the inner exception is what it threw. Or ranks
    /// disagreed, or one did not come in time.
    /// </exception>
    public static T[] Run<T>(int size, Func<IProcessGroup, T> body) => Run(size, ThreadProcessGroup.DefaultTimeout, body);

    /// <summary>Runs <paramref name="body"/> on every rank of a new group with a timeout of its own.</summary>
    /// <inheritdoc cref="Run{T}(int, Func{IProcessGroup, T})"/>
    public static T[] Run<T>(int size, TimeSpan timeout, Func<IProcessGroup, T> body)
    {
        var ends = ThreadProcessGroup.Create(size, timeout);
        var results = new T[size];
        Exception? first = null;

        void RunRank(ThreadProcessGroup end)
        {
            try
            {
                using (ProcessGroup.Use(end))
                    results[end.Rank] = body(end);
                end.Finish();
            }
            catch (Exception exception)
            {
                // The group keeps its first failure, so the first exception stored here is that failure's.
                var failure = exception as ProcessGroupException
                    ?? new ProcessGroupException($"rank {end.Rank} failed: {exception.Message}", end.Rank, exception);
                Interlocked.CompareExchange(ref first, failure, null);
                end.Abort(exception);
            }
        }

        var threads = ends.Select(end => new Thread(() => RunRank(end)) { IsBackground = true, Name = $"{end.Name} rank {end.Rank}" }).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        if (first is not null)
            ExceptionDispatchInfo.Throw(first);
        return results;
    }
}
