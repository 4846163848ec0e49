using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Tests.Cuda.Lowering;

/// <summary>
/// Every operator of the lowering table, on generated calls, once with symbolic and once with known sizes, against its reference.
/// <c>EVERGRAPH_LOWERING_SAMPLES</c> draws more, <c>EVERGRAPH_LOWERING_SEED</c> others, <c>EVERGRAPH_LOWERING_OPERATORS</c> of some operators only.
/// </summary>
[Collection(CudaTest.Name)]
public class LoweringPropertyTests
{
    private const int Samples = 2;

    [Fact]
    public void Lowered_operators_compute_what_the_reference_computes()
    {
        _ = CudaTest.CompilingDevice;
        int samples = Number("EVERGRAPH_LOWERING_SAMPLES") ?? Samples;
        int seed = Number("EVERGRAPH_LOWERING_SEED") ?? 20261121;
        string[] chosen = (Environment.GetEnvironmentVariable("EVERGRAPH_LOWERING_OPERATORS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        var registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);
        var failures = new List<string>();
        foreach (string name in LoweringTable.Default.Operators.Order(StringComparer.Ordinal).Where(name => chosen.Length == 0 || chosen.Contains(name)))
        {
            int lowered = 0, wrong = 0;
            string declined = "";
            for (int i = 0; i < samples; i++)
            {
                foreach (bool isSymbolic in (bool[])[true, false])
                {
                    string place = $"{name} (seed {seed + i}, {(isSymbolic ? "symbolic" : "known")} sizes)";
                    LoweredSample? sample = null;
                    try
                    {
                        sample = new LoweredSample(registry.Find(name)!, seed + i, isSymbolic);
                        lowered += sample.IsLowered ? 1 : 0;
                        declined = sample.Reason;
                        if (sample.IsLowered && sample.Run() is { } difference)
                        {
                            wrong++;
                            failures.Add($"{place}: {difference}\n{sample}");
                        }
                    }
                    catch (Exception exception) when (exception is EvergraphException or InvalidOperationException or KeyNotFoundException or ArgumentException or NullReferenceException or IndexOutOfRangeException)
                    {
                        wrong++;
                        failures.Add($"{place}: {exception}\n{sample}");
                    }
                }
            }

            Console.Error.WriteLine($"{name}: {lowered} lowered, {wrong} wrong {declined}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures from seed {seed}:\n{string.Join("\n\n", failures.Take(12))}");
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out int number) ? number : null;
}
