using System.Globalization;
using Evergraph.Runtime;

namespace Evergraph.Cli.Benchmarking;

/// <summary>A run's steps by name: how long all of a name took together, and how near that is to what the device can do.</summary>
internal static class StepTable
{
    /// <summary>The columns.</summary>
    public static readonly string[] Header = ["step", "times", "µs", "share", "floor (µs)", "floor / time"];

    /// <summary>A row for each name, the one that took longest first.</summary>
    /// <param name="profiles">Runs of one size; of each step the median is taken.</param>
    /// <param name="terabytes">The memory bandwidth in TB/s.</param>
    /// <param name="teraflops">The rate of products in TFLOP/s.</param>
    public static List<IReadOnlyList<string>> Rows(IReadOnlyList<RunProfile> profiles, double terabytes, double teraflops)
    {
        var steps = Enumerable.Range(0, profiles[0].Steps.Count).Select(i => (
            profiles[0].Steps[i],
            Time: Median([.. profiles.Select(profile => profile.Steps[i].Duration)]),
            Floor: Math.Max(profiles[0].Steps[i].Bytes / (terabytes * 1e6), profiles[0].Steps[i].Operations / (teraflops * 1e6)))).ToList();
        double total = steps.Sum(step => step.Time);
        string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
        return [.. steps.GroupBy(step => step.Item1.Name).OrderByDescending(group => group.Sum(step => step.Time)).Select(group =>
        {
            double time = group.Sum(step => step.Time), floor = group.Sum(step => step.Floor);
            return (IReadOnlyList<string>)
            [
                group.Key, Text(group.Count(), "0"), Text(time, "0.0"), Text(time / total, "0%"), Text(floor, "0.0"), Text(floor / time, "0%"),
            ];
        })];
    }

    private static double Median(double[] times)
    {
        Array.Sort(times);
        return times[times.Length / 2];
    }
}
