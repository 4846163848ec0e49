using Evergraph.CustomOps.Layers;

namespace Evergraph.Passes;

/// <summary>The pipelines. Read them as sentences.</summary>
public static class PassPipelines
{
    /// <summary>The beginning of every pipeline: afterwards a linear layer is one node. Calibration looks at a graph that has gone so far.</summary>
    public static PassPipeline Layers { get; } = new(
    [
        new RemoveDeadNodes(),
        new RecoverMatmuls(),
        new RecoverLinears(),
        new SimplifyViews(),
        new SimplifyArithmetic(),
        new RecoverAttention(),
        new MergeDuplicates(),
    ]);

    /// <summary>What every graph goes through before it is compiled.</summary>
    /// <param name="ranks">Over how many ranks the model is split; 1 for not at all.</param>
    /// <param name="plan">Which linear layers are split; only read with more than one rank.</param>
    /// <param name="flashComm">What maybe-FlashComm operators shall do, or null to leave communication as it is.</param>
    /// <param name="quantization">Which linear layers compute in int8 and how, or null for none.</param>
    public static PassPipeline Default(
        int ranks = 1, TensorParallelPlan? plan = null, FlashCommOptions? flashComm = null, QuantizationOptions? quantization = null) => new(
    [
        .. Layers.Passes,
        .. ranks > 1 ? [new ShardTensorParallel(ranks, plan ?? TensorParallelPlan.Default)] : Array.Empty<IPass>(),
        .. flashComm is not null ? [new UseFlashComm(flashComm)] : Array.Empty<IPass>(),
        .. quantization is not null ? [new QuantizeLinears(quantization)] : Array.Empty<IPass>(),
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
