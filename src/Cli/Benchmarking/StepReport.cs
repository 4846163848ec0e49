using System.Globalization;
using Evergraph.Runtime;

namespace Evergraph.Cli.Benchmarking;

/// <summary>Collects where the time of runs goes, as far as it is asked for and contestants know.</summary>
/// <param name="isWanted">Whether steps are shown.</param>
/// <param name="trace">Where a trace of a run at the largest size is written, or null.</param>
internal sealed class StepReport(bool isWanted, FileInfo? trace)
{
    private const int Runs = 9;

    // An H200's, measured by a device copy and a product of 8192³ in bfloat16.
    private const double Terabytes = 4.3;
    private const double Teraflops = 780;

    private readonly List<(string Name, long Tokens, List<RunProfile> Profiles)> _taken = [];

    /// <summary>Profiles each contestant at one size.</summary>
    public void Take(IEnumerable<IContestant> contestants, long tokens, bool isLargest)
    {
        if (!isWanted && (trace is null || !isLargest))
            return;
        foreach (var contestant in contestants)
        {
            if (contestant.Profile() is not { } first)
                continue;
            if (isLargest && trace is not null)
            {
                using var stream = trace.Create();
                ChromeTrace.Write(contestant.Profile()!, stream);
            }

            if (isWanted)
                _taken.Add((contestant.Name, tokens, [.. Enumerable.Range(0, Runs).Select(_ => contestant.Profile()!)]));
        }
    }

    /// <summary>Writes a table for each size.</summary>
    public void Write(Streams streams)
    {
        foreach (var (name, tokens, profiles) in _taken)
        {
            streams.Output.WriteLine();
            streams.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}, {tokens} tokens, each step by itself (median of {Runs}); the floor is bytes over {Terabytes} TB/s or operations over {Teraflops} TFLOP/s"));
            streams.WriteTable(StepTable.Header, StepTable.Rows(profiles, Terabytes, Teraflops));
        }
    }

    /// <summary>The steps of one run for each size.</summary>
    public object ToJson() => _taken.Select(taken => new { taken.Name, taken.Tokens, steps = taken.Profiles[0].Steps });
}
