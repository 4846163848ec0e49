using Evergraph.Graph;
using Evergraph.Graph.Text;
using Evergraph.Runtime;

namespace Evergraph.Passes.Tests;

/// <summary>
/// The laws of <see cref="IPass"/> on generated graphs: the result verifies, takes and gives the same, computes the same
/// numbers, reports truthfully whether it changed anything, and changes nothing the second time.
/// </summary>
public class PassLawTests
{
    private const int Graphs = 60;
    private static readonly int[] Tokens = [0, 1, 2, 3, 4, 7];

    public static TheoryData<string> Names => [.. PassesByName.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Laws_hold_on_generated_graphs(string name)
    {
        int changed = 0;
        for (int seed = 0; seed < Graphs; seed++)
        {
            var graph = GeneratedGraphs.Draw(seed);
            if (name == "use-flashcomm")
                graph = PassesByName.All["shard-tensor-parallel"].Run(graph, PassesByName.Context).Graph;
            try
            {
                changed += CheckLaws(PassesByName.All[name], graph, seed) ? 1 : 0;
            }
            catch (Exception exception) when (exception is EvergraphException or Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{name}, seed {seed}: {exception.Message}\n{GraphPrinter.Print(graph)}");
            }
        }

        Assert.True(changed > Graphs / 4, $"{name} changed only {changed} of {Graphs} graphs: the generator does not exercise it");
    }

    [Fact]
    public void The_default_pipeline_keeps_the_numbers_and_leaves_no_all_reduce()
    {
        for (int seed = 0; seed < Graphs; seed++)
        {
            var graph = GeneratedGraphs.Draw(seed);
            var records = PassPipelines.Default(2, flashComm: new(3, true)).Run(graph, PassesByName.Context);
            var after = records[^1].After;
            Assert.DoesNotContain(after.Nodes, node => node.Operator.Name == "evergraph::all_reduce");
            CompareNumbers(graph, after, seed);
        }
    }

    private static bool CheckLaws(IPass pass, TensorGraph graph, int seed)
    {
        var result = pass.Run(graph, PassesByName.Context);
        Assert.Empty(GraphVerifier.Verify(result.Graph));
        Assert.Equal(Signature(graph), Signature(result.Graph));
        Assert.Equal(!result.Graph.SameAs(graph), result.Changed);
        if (!result.Changed)
            Assert.Same(graph, result.Graph);
        if (pass is not QuantizeLinears)
            CompareNumbers(graph, result.Graph, seed); // Int8 changes numbers; QuantizationErrorTests says by how much.
        var second = pass.Run(result.Graph, PassesByName.Context);
        Assert.False(second.Changed, $"the second run changed: {string.Join("; ", second.Rewrites)}");
        return result.Changed;
    }

    private static void CompareNumbers(TensorGraph before, TensorGraph after, int seed)
    {
        var random = new Random(seed);
        var expected = Compile(before);
        var given = Compile(after);
        foreach (int tokens in Tokens)
        {
            var inputs = before.Inputs.Select(input => Fill(random, tokens)).ToArray();
            var want = expected.RunOnRanks(inputs)[0];
            foreach (var ofRank in given.RunOnRanks(inputs))
            {
                for (int i = 0; i < want.Length; i++)
                    AssertClose(want[i], ofRank[i], $"output {i} at {tokens} tokens");
            }
        }
    }

    private static CompiledGraph Compile(TensorGraph graph) => GraphCompiler.Compile(graph, new()
    {
        Backend = Backend.Reference,
        Passes = [],
        TensorParallel = graph.Parameters.Max(parameter => parameter.Sharding?.Parts) ?? 1,
        Operators = PassesByName.Registry,
    });

    private static Tensor Fill(Random random, int tokens)
    {
        var tensor = Tensor.Empty(DType.Float32, 1, tokens, 4);
        foreach (ref float element in tensor.Span<float>())
            element = (float)((random.NextDouble() * 2) - 1);
        return tensor;
    }

    private static void AssertClose(Tensor want, Tensor given, string what)
    {
        Assert.Equal(want.Type, given.Type);
        var a = want.ReadOnlySpan<float>();
        var b = given.ReadOnlySpan<float>();
        for (int i = 0; i < a.Length; i++)
        {
            // Products of many random factors grow; sums over ranks are reordered.
            if (!a[i].Equals(b[i]) && !(Math.Abs(a[i] - b[i]) <= 1e-4 + (1e-3 * Math.Abs(a[i]))))
                Assert.Fail($"{what}, element {i}: expected {a[i]}, given {b[i]}");
        }
    }

    private static string Signature(TensorGraph graph) =>
        string.Join(", ", graph.Inputs) + " -> " + string.Join(", ", graph.Outputs.Select(output => $"{output.Name} {graph.TypeOf(output.Value)}"));
}
