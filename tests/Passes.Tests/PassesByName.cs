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
        new QuantizeLinears(new(ActivationQuantization.Dynamic)),
    }.ToDictionary(pass => pass.Name);

    /// <summary>What a golden can name: every pass, and some with other options.</summary>
    public static IReadOnlyDictionary<string, IPass> Goldens { get; } = new Dictionary<string, IPass>(All)
    {
        ["quantize-linears static"] = new QuantizeLinears(new(ActivationQuantization.Static)
        {
            Ranges = new(new Dictionary<string, ActivationRange>
            {
                ["layers.0.up_proj.weight"] = new(-1, 3),
                ["layers.0.down_proj.weight"] = new(0.5, 2.55),
                ["layers.1.down_proj.weight"] = new(-12.8, 12.7),
                ["layers.2.up_proj.weight"] = new(-0.255, -0.01),
                ["layers.2.down_proj.weight"] = new(0, 0),
            }),
        }),
    };
}
