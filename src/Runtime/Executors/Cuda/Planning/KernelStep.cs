using Evergraph.Runtime.Cuda.Codegen;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>A generated kernel.</summary>
internal sealed class KernelStep(GeneratedKernel kernel, IReadOnlyList<LoweredValue> results) : Step(results[^1].Node, kernel.Name)
{
    public GeneratedKernel Kernel { get; } = kernel;

    /// <summary>What it loads, by the address of the value alone: the kernel knows the places.</summary>
    public override IReadOnlyList<StepOperand> Operands { get; } =
        [.. kernel.Pointers.Except(results).Select(value => new StepOperand(value) { View = new(value, 0, []) })];

    public override IReadOnlyList<LoweredValue> Results { get; } = results;
}
