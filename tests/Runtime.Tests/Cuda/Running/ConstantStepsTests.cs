using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Tests.Cuda.Communication;

namespace Evergraph.Runtime.Tests.Cuda.Running;

/// <summary>What depends on parameters alone is computed before the first run, and not again.</summary>
[Collection(CudaTest.Name)]
public sealed class ConstantStepsTests
{
    private const string Layer =
        """
        symbol n = 0..1000
        input %0 "x": float32[n, 64]
        parameter %1 "weight": int8[32, 64]
        parameter %2 "weight_scale": float32[32]
        %3 = evergraph::linear_w8a8(x=%0, weight=%1, weight_scale=%2, bias=none, input_scale=0.02, input_zero_point=3) : float32[n, 32]
        output %3 "y"
        """;

    [Theory]
    [InlineData(64, false)]
    [InlineData(0, false)]
    [InlineData(64, true)]
    public void TheSumsOfAWeight(int replays, bool synchronous)
    {
        using var compiled = CudaGraphs.OnDevice(Layer, new CudaOptions { Replays = replays, Synchronous = synchronous });
        using var reference = CudaGraphs.OnHost(Layer);

        // Sizes come again, to be recorded and replayed, and grow, so that the arena moves.
        foreach (int n in (int[])[3, 3, 3, 900, 3, 900, 900])
        {
            var x = CudaGraphs.Random(n, n, 64);
            CudaGraphs.AssertAgree(reference.Run(x), compiled.Run(x), $"{n} rows");
        }

        Assert.DoesNotContain(compiled.Profile([CudaGraphs.Random(1, 3, 64)]).Steps, step => step.Name.Contains("weight_sum", StringComparison.Ordinal));
    }

    [Fact]
    public void TheSumsOfAWeightThatRunsOverwrite()
    {
        const string Overwritten =
            """
            input %0 "x": float32[5, 64]
            input %1 "next": int8[32, 64]
            parameter %2 "weight": int8[32, 64]
            parameter %3 "weight_scale": float32[32]
            %4 = evergraph::linear_w8a8(x=%0, weight=%2, weight_scale=%3, bias=none, input_scale=0.02, input_zero_point=3) : float32[5, 32]
            output %4 "y"
            output %1 "weight" buffer "weight"
            """;
        using var compiled = CudaGraphs.OnDevice(Overwritten);
        using var reference = CudaGraphs.OnHost(Overwritten);
        for (int run = 1; run <= 4; run++)
        {
            Tensor[] inputs = [CudaGraphs.Random(run, 5, 64), RankGraphs.Draw(DType.Int8, run, 32, 64)];
            CudaGraphs.AssertAgree(reference.Run(inputs), compiled.Run(inputs), $"run {run}");
        }
    }
}
