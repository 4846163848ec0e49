using Evergraph.Graph;

namespace Evergraph.Cli.Models;

/// <summary>How many linear layers of a graph compute how.</summary>
/// <param name="Static">In int8, activations by one scale.</param>
/// <param name="Dynamic">In int8, activations with a scale for each token.</param>
/// <param name="Floating">In floating point.</param>
internal sealed record QuantizedCount(int Static, int Dynamic, int Floating)
{
    // What models of a few layers were measured to need against float32; see docs/quantization.md.
    private const string UsualTolerances = "--rtol 0.05 --atol 0.05";

    public static QuantizedCount Of(TensorGraph graph)
    {
        int CountOf(Func<string, bool> kind) => graph.Nodes.Count(node => kind(node.Operator.Name));
        return new(
            CountOf(name => name.EndsWith("linear_w8a8", StringComparison.Ordinal) || name.EndsWith("_maybe_flashcomm_w8a8", StringComparison.Ordinal)),
            CountOf(name => name.EndsWith("linear_w8a8_dynamic", StringComparison.Ordinal)),
            CountOf(name => name is "aten::linear" || name.EndsWith("_maybe_flashcomm_fp", StringComparison.Ordinal)));
    }

    public override string ToString() =>
        $"w8a8: {Static} linears static, {Dynamic} token by token, {Floating} in floating point; against float32, {UsualTolerances} is usual";
}
