using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Evergraph.CustomOps;
using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;

namespace Evergraph.Bench;

/// <summary>
/// The plain reference of products and attention beside the vectorised one: a float32 linear layer and an int8 one of a
/// small decoder's MLP, and eight heads of attention. Aim: 64 tokens plain in at most 400 ms, 512 tokens vectorised at 100
/// GFLOP/s on two cores (32 ms; at least 50).
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class PlainAndVectorized
{
    private const int Inputs = 1024;
    private const int Features = 3072;
    private readonly Random _random = new(1);
    private readonly Tensor _x;
    private readonly Tensor _manyRows;
    private readonly Tensor _weight;
    private readonly Tensor _quantized;
    private readonly Tensor _quantizedWeight;
    private readonly Tensor _scales;
    private readonly Tensor _heads;

    public PlainAndVectorized()
    {
        _x = Draw(64, Inputs);
        _manyRows = Draw(512, Inputs);
        _weight = Draw(Features, Inputs);
        _quantized = DrawInt8(64, Inputs);
        _quantizedWeight = DrawInt8(Features, Inputs);
        _scales = Draw(Features);
        _heads = Draw(1, 8, 128, 64);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("linear 64×1024×3072")]
    public Tensor LinearPlain() => Linear.Real(_x, _weight, null);

    [Benchmark, BenchmarkCategory("linear 64×1024×3072")]
    public Tensor LinearVectorized() => VectorizedLinear.Run(_x, _weight, null);

    [Benchmark, BenchmarkCategory("linear 512×1024×3072")]
    public Tensor LinearOfManyRowsVectorized() => VectorizedLinear.Run(_manyRows, _weight, null);

    [Benchmark(Baseline = true), BenchmarkCategory("linear_w8a8 64×1024×3072")]
    public Tensor QuantizedPlain() => LinearW8A8.Real(_quantized, _quantizedWeight, _scales, null, 0.05, 3, null);

    [Benchmark, BenchmarkCategory("linear_w8a8 64×1024×3072")]
    public Tensor QuantizedVectorized() => VectorizedLinearW8A8.Run(_quantized, _quantizedWeight, _scales, null, 0.05, 3, null);

    [Benchmark(Baseline = true), BenchmarkCategory("attention [1, 8, 128, 64]")]
    public Tensor AttentionPlain() => ScaledDotProductAttention.Real(_heads, _heads, _heads, null, 0, true, null, false);

    [Benchmark, BenchmarkCategory("attention [1, 8, 128, 64]")]
    public Tensor AttentionVectorized() => VectorizedScaledDotProductAttention.Run(_heads, _heads, _heads, null, 0, true, null, false);

    private Tensor Draw(params long[] sizes)
    {
        var tensor = Tensor.Empty(DType.Float32, sizes);
        foreach (ref float number in tensor.Span<float>())
            number = (float)(_random.NextDouble() - 0.5);
        return tensor;
    }

    private Tensor DrawInt8(params long[] sizes)
    {
        var tensor = Tensor.Empty(DType.Int8, sizes);
        _random.NextBytes(tensor.Bytes());
        return tensor;
    }
}
