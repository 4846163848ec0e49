using Evergraph.CustomOps.Layers;

namespace Evergraph.Passes;

/// <summary>The pipelines. Read them as sentences.</summary>
public static class PassPipelines
{
    /// <summary>What every graph goes through before it is compiled.</summary>
    /// <param name="ranks">Over how many ranks the model is split; 1 for not at all.</param>
    /// <param name="plan">Which linear layers are split; only read with more than one rank.</param>
    /// <param name="flashComm">What maybe-FlashComm operators shall do, or null to leave communication as it is.</param>
    public static PassPipeline Default(int ranks = 1, TensorParallelPlan? plan = null, FlashCommOptions? flashComm = null) => new(
    [
        new RemoveDeadNodes(),
        new RecoverMatmuls(),
        new RecoverLinears(),
        new SimplifyViews(),
        new SimplifyArithmetic(),
        new RecoverAttention(),
        new MergeDuplicates(),
        .. ranks > 1 ? [new ShardTensorParallel(ranks, plan ?? TensorParallelPlan.Default)] : Array.Empty<IPass>(),
        .. flashComm is not null ? [new UseFlashComm(flashComm)] : Array.Empty<IPass>(),
        new FoldIndexMasks(),
        new FuseRmsNorm(),
        new FuseRotaryEmbedding(),
        new FuseAttention(),
        new FuseResidualNorm(),
        new MergeLinears(),
        new FuseSiluAndMul(),
        new FoldConstants(),
        new SimplifyViews(),
        new MergeDuplicates(),
        new RemoveDeadNodes(),
    ]);
}
