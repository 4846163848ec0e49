using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

public class TensorOperatorsTests
{
    [Fact]
    public void Arithmetic_reads_as_it_is_written()
    {
        var a = Tensor.From([1f, 2, 3], 3);
        var b = Tensor.From([4f, 5, 6], 3);

        Assert.Equal([-3f, -4.5f, -17f / 3], (((-(a * b)) + 1.0) / a).ReadOnlySpan<float>().ToArray());
        Assert.Equal([3f, 3, 3], (b - a).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Arithmetic_on_traced_tensors_records_nodes()
    {
        var graph = Tracer.Trace([new("x", new(DType.Float32, [new Symbol("s", 0, 8), 4]))], inputs => [(inputs[0] * 2) - inputs[0]]);
        Assert.Equal(["aten::mul.Scalar", "aten::sub.Tensor"], graph.Nodes.Select(node => node.Operator.Name));
    }
}
