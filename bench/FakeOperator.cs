using BenchmarkDotNet.Attributes;
using Evergraph.Graph;

namespace Evergraph.Bench;

/// <summary>One fake, as graph building runs it. Aim: 1 µs, at most 2.</summary>
public class FakeOperator
{
    private readonly FakeContext _context = new();
    private readonly TensorType[] _types;
    private readonly Argument[] _arguments = [new TensorArgument(new(0)), new TensorArgument(new(1))];

    /// <summary>x[2*s, 1024] and w[1024, 3072].</summary>
    public FakeOperator()
    {
        Dim tokens = new Symbol("s", 0, 4096);
        _types = [new(DType.Float32, [tokens * 2, 1024]), new(DType.Float32, [1024, 3072])];
    }

    [Benchmark]
    public TensorType[] MatrixProductOfSymbolicRows() =>
        _context.Run(MatrixProduct.Definition, new(_arguments, _types), new("model.layers.0.mlp.up_proj", "modeling.cs", 31));
}
