using Evergraph.Runtime.OnnxRuntime;
using Evergraph.Runtime.OnnxRuntime.Lowering;

namespace Evergraph.Runtime.Tests.OnnxRuntime.Lowering;

/// <summary>
/// Every operator of the lowering table, on generated calls, once with symbolic and once with known sizes, against its reference.
/// <c>EVERGRAPH_LOWERING_SAMPLES</c> draws more, <c>EVERGRAPH_LOWERING_SEED</c> others, <c>EVERGRAPH_LOWERING_OPERATORS</c> of some operators only.
/// </summary>
public class LoweringPropertyTests(ITestOutputHelper output)
{
    private const int Samples = 6;

    [Fact]
    public void Lowered_operators_compute_what_the_reference_computes()
    {
        Assert.SkipWhen(new OnnxRuntimeBackend().Unavailable() is not null, new OnnxRuntimeBackend().Unavailable() ?? "");
        int samples = Number("EVERGRAPH_LOWERING_SAMPLES") ?? Samples;
        int seed = Number("EVERGRAPH_LOWERING_SEED") ?? 20261121;
        string[] chosen = (Environment.GetEnvironmentVariable("EVERGRAPH_LOWERING_OPERATORS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        var registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);
        var failures = new List<string>();
        foreach (string name in LoweringTable.Default.Operators.Order(StringComparer.Ordinal).Where(name => chosen.Length == 0 || chosen.Contains(name)))
        {
            var tally = new Tally(name);
            for (int i = 0; i < samples || (tally.Lowered == 0 && i < 40 * samples); i++)
                Check(registry.Find(name)!, seed + i, tally);
            output.WriteLine(tally.ToString());
            failures.AddRange(tally.Failures);
            if (tally.Lowered == 0)
                failures.Add($"{name}: none of its samples was lowered: {tally}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures from seed {seed}:\n{string.Join("\n\n", failures.Take(12))}");
    }

    private static void Check(OperatorDefinition definition, int seed, Tally tally)
    {
        foreach (bool isSymbolic in (bool[])[true, false])
        {
            string place = $"{definition.Name} (seed {seed}, {(isSymbolic ? "symbolic" : "known")} sizes)";
            LoweredSample? sample = null;
            try
            {
                sample = new LoweredSample(definition, seed, isSymbolic);
                tally.Count(sample);
                if (sample.IsLowered && sample.Run() is { } difference)
                    tally.Failures.Add($"{place}: {difference}\n{sample}");
            }
            catch (Exception exception) when (exception is EvergraphException or InvalidOperationException or KeyNotFoundException)
            {
                tally.Failures.Add($"{place}: {exception}\n{sample}");
            }
        }
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out int number) ? number : null;

    /// <summary>What became of an operator's samples.</summary>
    private sealed class Tally(string name)
    {
        private readonly SortedDictionary<string, int> _declined = new(StringComparer.Ordinal);

        public int Lowered { get; private set; }

        public List<string> Failures { get; } = [];

        public void Count(LoweredSample sample)
        {
            if (sample.IsLowered)
                Lowered++;
            else
                _declined[sample.Reason] = _declined.GetValueOrDefault(sample.Reason) + 1;
        }

        public override string ToString() =>
            $"{name}: {Lowered} lowered, {_declined.Values.Sum()} declined{string.Concat(_declined.Select(reason => $"; {reason.Value} × {reason.Key}"))}{(Failures.Count > 0 ? $"; {Failures.Count} WRONG" : "")}";
    }
}
