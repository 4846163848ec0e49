using System.Runtime.CompilerServices;
using Evergraph.Graph.Import.TorchExport;
using Evergraph.Passes;

namespace Evergraph.Runtime.Tests.Models;

/// <summary>A real decoder in int8 against itself in float32.</summary>
public class QuantizedModelTests
{
    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    // The root mean square of the errors beside that of the logits; measured 0.011 dynamic and 0.014 static.
    [Theory]
    [InlineData(ActivationQuantization.Dynamic, 1, false, 0.015)]
    [InlineData(ActivationQuantization.Dynamic, 2, false, 0.015)]
    [InlineData(ActivationQuantization.Static, 1, false, 0.02)]
    [InlineData(ActivationQuantization.Static, 2, false, 0.02)]
    [InlineData(ActivationQuantization.Static, 2, true, 0.02)]
    public void Logits_stay_close_at_every_number_of_tokens(ActivationQuantization activations, int ranks, bool flashComm, double allowed)
    {
        var graph = TorchExportImporter.Import(Fixture("qwen3.pt2"), Registry).Graph;
        var whole = GraphCompiler.Compile(graph);
        var quantization = new QuantizationOptions(activations);
        if (activations == ActivationQuantization.Static)
            quantization = quantization with { Ranges = Calibration.Run(graph, quantization, [[Ids(31, 7)], [Ids(12, 5)]]) };

        var compiled = GraphCompiler.Compile(graph, new() { TensorParallel = ranks, FlashComm = flashComm ? new(4, true) : null, Quantization = quantization });

        // Later passes merge layers.
        Assert.Equal(14, compiled.Passes.Single(record => record.Pass == "quantize-linears").After.Nodes.Count(node => node.Operator.Name.Contains("w8a8", StringComparison.Ordinal)));
        double errors = 0, logits = 0;
        foreach (int tokens in new[] { 1, 2, 5, 8, 40 })
        {
            var expected = whole.Run(Ids(tokens, 37))[0].ReadOnlySpan<float>().ToArray();
            foreach (var results in compiled.RunOnRanks([Ids(tokens, 37)]))
            {
                var given = results[0].ReadOnlySpan<float>();
                for (int i = 0; i < expected.Length; i++)
                {
                    errors += Math.Pow(given[i] - expected[i], 2);
                    logits += Math.Pow(expected[i], 2);
                }
            }
        }

        double share = Math.Sqrt(errors / logits);
        Assert.True(share > 1e-4 && share < allowed, $"the errors are {share:0.0000} of the logits: expected below {allowed}, and above those of float32");
        Assert.Equal(1, compiled.Statistics.Compilations);
    }

    private static Tensor Ids(int tokens, int step)
    {
        var ids = Tensor.Empty(DType.Int64, 1, tokens);
        for (int i = 0; i < tokens; i++)
            ids.Span<long>()[i] = ((i * step) + 11) % 200;
        return ids;
    }

    private static string Fixture(string name, [CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "fixtures", name);
}
