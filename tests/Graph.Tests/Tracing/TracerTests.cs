namespace Evergraph.Graph.Tests.Tracing;

public class TracerTests
{
    private static readonly GraphInput Input = new("x", new(DType.Float32, [TestOperators.Tokens, 4]));

    [Fact]
    public void The_same_code_runs_and_traces()
    {
        var w = Tensor.Zeros(DType.Float32, 4, 2);

        var graph = Tracer.Trace([Input], inputs =>
        {
            using var scope = Tracer.Enter("mlp");
            return [Mm(inputs[0], w)];
        });
        var eager = Mm(Tensor.Zeros(DType.Float32, 3, 4), w);

        Assert.Equal("float32[s0, 2]", graph.TypeOf(graph.Outputs[0].Value).ToString());
        Assert.Equal("test::mm at mlp (model.cs:7)", graph.Nodes[0].ToString());
        Assert.Same(w, Assert.Single(graph.Parameters).Data);
        Assert.Equal("float32[3, 2]", eager.Type.ToString());
    }

    [Fact]
    public void An_eager_call_is_checked_by_the_fake() =>
        Assert.Equal(
            "test::mm at (model.cs:7): inner sizes differ: expected 4, given 5",
            Assert.Throws<ShapeException>(() => Mm(Tensor.Zeros(DType.Float32, 3, 4), Tensor.Zeros(DType.Float32, 5, 2))).Message);

    [Fact]
    public void A_branch_on_a_symbolic_size_is_an_error_that_says_what_to_do()
    {
        var error = Assert.Throws<SymbolicBranchException>(() => Tracer.Trace([Input], inputs => inputs[0].Shape[0] > 10 ? inputs : []));

        Assert.Contains("s0 > 10", error.Message, StringComparison.Ordinal);
        Assert.Contains("TracerTests.cs:", error.Message, StringComparison.Ordinal);
        Assert.Contains("inside an operator", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_that_is_decided_for_all_sizes_is_taken()
    {
        var graph = Tracer.Trace([Input], inputs => inputs[0].Shape[1] == 4 && inputs[0].Shape[0] >= 0 ? inputs : []);
        Assert.Equal(1, graph.Outputs.Length);
    }

    [Fact]
    public void Numbers_are_not_known_while_tracing() =>
        Assert.Contains(
            "are not known while tracing",
            Assert.Throws<EvergraphException>(() => Tracer.Trace([Input], inputs => [Tensor.Scalar(inputs[0].ReadOnlySpan<float>()[0])])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_traced_tensor_does_not_outlive_its_trace()
    {
        Tensor? escaped = null;
        Tracer.Trace([Input], inputs => [escaped = inputs[0]]);

        Assert.Contains("used in another", Assert.Throws<EvergraphException>(() => Tracer.Trace([Input], _ => [escaped!])).Message, StringComparison.Ordinal);
        Assert.Contains("outside it", Assert.Throws<EvergraphException>(() => Mm(escaped!, escaped!)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_that_fails_leaves_the_thread_free()
    {
        Assert.Throws<InvalidOperationException>(() => Tracer.Trace([Input], _ => throw new InvalidOperationException("model")));
        Assert.Null(Tracer.Current);
        Assert.Throws<InvalidOperationException>(() => Tracer.Trace([Input], inputs =>
        {
            Tracer.Trace([Input], other => other);
            return inputs;
        }));
        Assert.Null(Tracer.Current);
    }

    private static Tensor Mm(Tensor a, Tensor b)
    {
        var call = new Invocation(2);
        call.Add(a);
        call.Add(b);
        return call.Run(TestOperators.Mm, "src/model.cs", 7)[0];
    }
}
