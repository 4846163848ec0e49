using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Passes.Tests;

/// <summary>Every pass that the laws and the goldens are about.</summary>
internal static class PassesByName
{
    public static OperatorRegistry Registry { get; } = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    public static PassContext Context { get; } = new(Registry);

    public static IReadOnlyDictionary<string, IPass> All { get; } = new IPass[]
    {
        new RemoveDeadNodes(),
        new MergeDuplicates(),
        new FoldConstants(),
        new SimplifyViews(),
        new SimplifyArithmetic(),
        new RecoverAttention(),
        new RecoverLinears(),
        new RecoverMatmuls(),
        new FoldIndexMasks(),
        new FuseRmsNorm(),
        new FuseRotaryEmbedding(),
        new FuseAttention(),
        new FuseResidualNorm(),
        new MergeLinears(),
        new FuseSiluAndMul(),
        new ShardTensorParallel(2, TensorParallelPlan.Default),
        new UseFlashComm(new(Threshold: 3, Enabled: true)),
    }.ToDictionary(pass => pass.Name);
}
