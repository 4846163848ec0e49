using System.Globalization;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Cli.Models;

/// <summary>How many linear layers of a graph compute how, and how far from recorded numbers that usually leads.</summary>
/// <param name="Static">In int8, activations by one scale.</param>
/// <param name="Dynamic">In int8, activations with a scale for each token.</param>
/// <param name="Floating">In floating point.</param>
/// <param name="UsualError">The absolute error below which int8 models were measured to stay: an eighth of the greatest recorded number.</param>
internal sealed record QuantizedCount(int Static, int Dynamic, int Floating, double UsualError)
{
    // See the table in docs/quantization.md.
    private const double UsualShare = 0.125;

    /// <summary>Counts where the pass left the graph: later ones merge layers.</summary>
    public static QuantizedCount Of(CompiledGraph compiled, IReadOnlyList<RecordedCase> cases)
    {
        var graph = compiled.Passes.Single(record => record.Pass == "quantize-linears").After;
        int CountOf(Func<string, bool> kind) => graph.Nodes.Count(node => kind(node.Operator.Name));
        double greatest = 0;
        foreach (var output in cases.SelectMany(recorded => recorded.Outputs).Where(output => output.DType.IsFloating()))
        {
            foreach (double number in Casts.To(output, DType.Float64).ReadOnlySpan<double>())
                greatest = double.IsFinite(number) ? Math.Max(greatest, Math.Abs(number)) : greatest;
        }

        return new(
            CountOf(name => name is "evergraph::linear_w8a8" || name.EndsWith("_maybe_flashcomm_w8a8", StringComparison.Ordinal)),
            CountOf(name => name is "evergraph::linear_w8a8_dynamic"),
            CountOf(name => name is "aten::linear" || name.EndsWith("_maybe_flashcomm_fp", StringComparison.Ordinal)),
            greatest * UsualShare);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"w8a8: {Static} linears static, {Dynamic} token by token, {Floating} in floating point; --rtol 0 --atol {UsualError:0.0e+00} is usual, an eighth of the greatest recorded number");
}
