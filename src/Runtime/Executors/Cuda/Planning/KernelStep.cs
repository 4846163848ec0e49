using Evergraph.Runtime.Cuda.Codegen;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>A generated kernel.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="results">The values that it fills.</param>
/// <param name="isConstant">Whether it fills them with the same in every run.</param>
internal sealed class KernelStep(GeneratedKernel kernel, IReadOnlyList<LoweredValue> results, bool isConstant) : Step(results[^1].Node, kernel.Name)
{
    // Results stay in memory: they are to be small beside what is read for them in each run otherwise.
    private const int Smaller = 8;

    public GeneratedKernel Kernel { get; } = kernel;

    /// <summary>Whether it is worth running once, with results that stay: the sums of a weight, which are small and take as long to make as a product of a few tokens.</summary>
    public bool RunsOnce { get; } = isConstant && Bytes(results) * Smaller <= Bytes(kernel.Pointers.Except(results));

    /// <summary>What it loads, by the address of the value alone: the kernel knows the places.</summary>
    public override IReadOnlyList<StepOperand> Operands { get; } =
        [.. kernel.Pointers.Except(results).Select(value => new StepOperand(value) { View = new(value, 0, []) })];

    public override IReadOnlyList<LoweredValue> Results { get; } = results;

    private static long Bytes(IEnumerable<LoweredValue> values) => values.Sum(value => value.Type.Bytes.Value);
}
