using System.Globalization;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.Lowering;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Tests.Cuda.Lowering;

/// <summary>
/// Every operator that the device has code for, against its reference implementation, over generated calls with symbolic and with known sizes.
/// EVERGRAPH_CUDA_SAMPLES says how many calls of each, EVERGRAPH_SEED where they begin.
/// </summary>
[Collection(CudaTest.Name)]
public sealed class LoweredOperatorsTests(ITestOutputHelper output)
{
    private static readonly OperatorRegistry House = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);
    private static readonly int Samples = Number("EVERGRAPH_CUDA_SAMPLES", 4);
    private static readonly int Seed = Number("EVERGRAPH_SEED", 1);

    private const int MostSamples = 60;

    /// <summary>Those over several ranks are called with a group, in <c>Cuda.Communication</c>.</summary>
    public static TheoryData<string> Operators =>
        [.. LoweringTable.Default.Operators.Where(name => House.Find(name) is { } definition && !definition.Schema.Arguments.Any(argument => argument.Name == "tp_size"))];

    [Fact]
    public void EveryLoweringIsOfAnOperatorThatIsThere() =>
        Assert.DoesNotContain(LoweringTable.Default.Operators, name => House.Find(name) is null);

    [Theory]
    [MemberData(nameof(Operators))]
    public void AnOperatorComputesWhatItsReferenceDoes(string name)
    {
        _ = CudaTest.CompilingDevice;
        var definition = House.Find(name)!;
        output.WriteLine($"seed {Seed}");
        int lowered = 0;

        // Some operators are lowered for few of their calls.
        for (int seed = Seed; seed < Seed + Samples || (lowered == 0 && seed < Seed + MostSamples); seed++)
        {
            foreach (bool isSymbolic in (bool[])[true, false])
            {
                var sample = new SampleGraph(definition, definition.Sample!(new SampleBuilder(new Random(seed))), isSymbolic, new(seed));
                using var compiled = GraphCompiler.Compile(sample.Graph, new() { Backend = Backend.Cuda, Passes = [] });
                lowered += compiled.Statistics.Runs == 0 && IsLowered(sample.Graph) ? 1 : 0;
                var given = compiled.Run(sample.Inputs);
                var expected = sample.Reference();
                for (int i = 0; i < expected.Length; i++)
                    Assert.True(Rounding.Difference(given[i], expected[i]) is not { } difference, $"seed {seed}, result {i}: {Rounding.Difference(given[i], expected[i])}\n{sample}");
            }
        }

        Assert.True(lowered > 0, $"all {2 * MostSamples} calls from seed {Seed} on run on the host: the lowering was never tried");
    }

    private static bool IsLowered(TensorGraph graph) => !GraphLowering.Lower(graph, Dispatcher.Default, DeviceFacts.Typical).Items.OfType<HostStep>().Any();

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
