using BenchmarkDotNet.Attributes;
using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.Bench;

/// <summary>The reference implementation of a float32 linear layer of a small decoder's MLP. Aim: 64 tokens in at most 100 ms.</summary>
public class LinearLayer
{
    private const int Inputs = 1024;
    private const int Features = 3072;
    private Tensor _x = null!;
    private Tensor _weight = null!;

    [Params(1, 64, 512)]
    public int Tokens { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        _x = Tensor.Empty(DType.Float32, Tokens, Inputs);
        _weight = Tensor.Empty(DType.Float32, Features, Inputs);
        foreach (ref float number in _x.Span<float>())
            number = (float)(random.NextDouble() - 0.5);
        foreach (ref float number in _weight.Span<float>())
            number = (float)(random.NextDouble() - 0.5);
    }

    [Benchmark]
    public Tensor Product() => Linear.Real(_x, _weight, null);
}
