using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Evergraph.CustomOps;
using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;
using RmsNorm = Evergraph.CustomOps.RmsNorm;

namespace Evergraph.Bench;

/// <summary>
/// The vectorised implementations beside the plain references that they are measured by, at the sizes of a small decoder's
/// prefill of 512 tokens. Aim: the vectorised one is faster in each.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class VectorizedKernels
{
    private const int Tokens = 512;
    private readonly Tensor _x = Draw(Tokens, 1024);
    private readonly Tensor _y = Draw(Tokens, 1024);
    private readonly Tensor _row = Draw(1024);
    private readonly Tensor _gates = Draw(Tokens, 6144);
    private readonly Tensor _scores = Draw(Tokens, 4096);
    private readonly Tensor _heads = Draw(Tokens, 16, 64);
    private readonly Tensor _table = Draw(Tokens, 32);

    [BenchmarkCategory("rms_norm"), Benchmark(Baseline = true)]
    public Tensor RmsNormReference() => RmsNorm.Real(_x, _row, 1e-6);

    [BenchmarkCategory("rms_norm"), Benchmark]
    public Tensor RmsNormVectorized() => VectorizedRmsNorm.Run(_x, _row, 1e-6);

    [BenchmarkCategory("rms_norm.residual"), Benchmark(Baseline = true)]
    public Tensor RmsNormResidualReference() => RmsNormResidual.Real(_x, _row, _y, 1e-6).Normalized;

    [BenchmarkCategory("rms_norm.residual"), Benchmark]
    public Tensor RmsNormResidualVectorized() => VectorizedRmsNormResidual.Run(_x, _row, _y, 1e-6).Normalized;

    [BenchmarkCategory("silu_and_mul"), Benchmark(Baseline = true)]
    public Tensor SiluAndMulReference() => SiluAndMul.Real(_gates);

    [BenchmarkCategory("silu_and_mul"), Benchmark]
    public Tensor SiluAndMulVectorized() => VectorizedSiluAndMul.Run(_gates);

    [BenchmarkCategory("rotary_embedding"), Benchmark(Baseline = true)]
    public Tensor RotaryReference() => RotaryEmbedding.Real(_heads, _heads, _table, _table, null, false).Q;

    [BenchmarkCategory("rotary_embedding"), Benchmark]
    public Tensor RotaryVectorized() => VectorizedRotaryEmbedding.Run(_heads, _heads, _table, _table, null, false).Q;

    [BenchmarkCategory("rotary_embedding interleaved"), Benchmark(Baseline = true)]
    public Tensor RotaryInterleavedReference() => RotaryEmbedding.Real(_heads, _heads, _table, _table, null, true).Q;

    [BenchmarkCategory("rotary_embedding interleaved"), Benchmark]
    public Tensor RotaryInterleavedVectorized() => VectorizedRotaryEmbedding.Run(_heads, _heads, _table, _table, null, true).Q;

    [BenchmarkCategory("softmax"), Benchmark(Baseline = true)]
    public Tensor SoftmaxReference() => SoftmaxInt.Real(_scores, -1, null);

    [BenchmarkCategory("softmax"), Benchmark]
    public Tensor SoftmaxVectorized() => VectorizedSoftmaxInt.Run(_scores, -1, null);

    [BenchmarkCategory("add"), Benchmark(Baseline = true)]
    public Tensor AddReference() => AddTensor.Real(_x, _y, 1);

    [BenchmarkCategory("add"), Benchmark]
    public Tensor AddVectorized() => VectorizedAddTensor.Run(_x, _y, 1);

    [BenchmarkCategory("add a row"), Benchmark(Baseline = true)]
    public Tensor AddRowReference() => AddTensor.Real(_x, _row, 1);

    [BenchmarkCategory("add a row"), Benchmark]
    public Tensor AddRowVectorized() => VectorizedAddTensor.Run(_x, _row, 1);

    private static Tensor Draw(params long[] sizes)
    {
        var random = new Random(1);
        var tensor = Tensor.Empty(DType.Float32, sizes);
        foreach (ref float number in tensor.Span<float>())
            number = (float)((random.NextDouble() * 4) - 2);
        return tensor;
    }
}
