using BenchmarkDotNet.Attributes;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Bench;

/// <summary>
/// A call to a resolved kernel beyond the kernel itself: a graph of a thousand nodes whose kernel does nothing, against a
/// thousand calls of the same method. Per node; aim: at most 100 ns, no bytes.
/// </summary>
public class KernelCallOverhead
{
    private const int Nodes = 1000;

    private readonly CompiledGraph _compiled;
    private readonly Tensor[] _inputs = [Tensor.Zeros(DType.Float32, 4, 8)];
    private readonly Func<Tensor, long[], double, Tensor> _direct = Touch.Real;
    private readonly long[] _sizes = [4, 8];

    public KernelCallOverhead()
    {
        Dim rows = new Symbol("s", 0, 4096);
        _compiled = GraphCompiler.Compile([new("x", new(DType.Float32, [rows, 8]))], inputs =>
        {
            Tensor last = inputs[0];
            for (int i = 0; i < Nodes; i++)
                last = Touch.Invoke(inputs[0], [rows, 8], i);
            return [last];
        }, new() { Passes = [] });
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Nodes)]
    public Tensor Direct()
    {
        Tensor last = _inputs[0];
        for (int i = 0; i < Nodes; i++)
            last = _direct(_inputs[0], _sizes, i);
        return last;
    }

    [Benchmark(OperationsPerInvoke = Nodes)]
    public Tensor[] ThroughTheExecutor() => _compiled.Run(_inputs);
}
