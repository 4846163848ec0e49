using System.Diagnostics;

namespace Evergraph.Cli.Benchmarking;

/// <summary>
/// Times contestants in turn, one run of each at a time, so that what else the machine does hits all alike; medians are compared.
/// </summary>
internal static class AlternatingTimer
{
    private const int WarmUps = 3;
    private const int FewestRounds = 7;
    private const int MostRounds = 200;

    /// <summary>The median time of each contestant, in milliseconds.</summary>
    /// <param name="contestants">Who runs; each is prepared.</param>
    /// <param name="budget">About how long all of it may take.</param>
    public static double[] Medians(IReadOnlyList<IContestant> contestants, TimeSpan budget)
    {
        long warmUp = Stopwatch.GetTimestamp();
        for (int round = 0; round < WarmUps; round++)
        {
            foreach (var contestant in contestants)
                contestant.Run();
        }

        double perRound = Stopwatch.GetElapsedTime(warmUp).TotalSeconds / WarmUps;
        int rounds = (int)Math.Clamp(budget.TotalSeconds / Math.Max(perRound, 1e-6), FewestRounds, MostRounds);
        double[][] times = [.. contestants.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < contestants.Count; i++)
            {
                long start = Stopwatch.GetTimestamp();
                contestants[i].Run();
                times[i][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        return Array.ConvertAll(times, Median);
    }

    private static double Median(double[] times)
    {
        Array.Sort(times);
        int middle = times.Length / 2;
        return times.Length % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
    }
}
