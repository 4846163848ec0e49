using Evergraph.Runtime.Cuda;

namespace Evergraph.Runtime.Tests.Cuda.Running;

/// <summary>Buffers and inputs that runs overwrite, and outputs that nothing was computed for.</summary>
[Collection(CudaTest.Name)]
public sealed class CudaMutationTests
{
    [Fact]
    public void An_overwritten_buffer_is_seen_by_the_next_run_and_leaves_the_model_alone()
    {
        var data = Model.Range(3);
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", 3));
        var state = builder.AddParameter(new("state", new(DType.Float32, [3]), data));
        var sum = Sum(builder, state, x);
        builder.AddOutput(new("out", sum));
        builder.AddOutput(new("state", sum, GraphOutputKind.BufferMutation, "state"));
        using var compiled = CudaGraphs.OnDevice(builder.Build());
        for (int run = 1; run <= 5; run++)
            Assert.Equal([0f, 1 + run, 2 + (2 * run)], Model.Numbers(compiled.Run(Model.Range(3))[0]));
        using var there = DeviceTensor.From(Model.Range(3));
        Assert.Equal([0f, 7, 14], Model.Numbers(compiled.RunOnDevice([there])[0].ToTensor()));
        Assert.Equal([0f, 8, 16], Model.Numbers(compiled.Run(Model.Range(3))[0]));
        Assert.Equal([0f, 1, 2], Model.Numbers(data));
    }

    [Fact]
    public void Two_buffers_can_swap()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", 2));
        var a = builder.AddParameter(new("a", new(DType.Float32, [2]), Tensor.From([1f, 1], 2)));
        var b = builder.AddParameter(new("b", new(DType.Float32, [2]), Tensor.From([2f, 2], 2)));
        builder.AddOutput(new("out", Sum(builder, x, a)));
        builder.AddOutput(new("a", b, GraphOutputKind.BufferMutation, "a"));
        builder.AddOutput(new("b", a, GraphOutputKind.BufferMutation, "b"));
        using var compiled = CudaGraphs.OnDevice(builder.Build());
        Assert.Equal([1f, 2, 1, 2, 1], Enumerable.Range(0, 5).Select(_ => Model.Numbers(compiled.Run(Tensor.Zeros(DType.Float32, 2))[0])[0]));
    }

    [Fact]
    public void Overwritten_inputs_are_written_after_every_node_has_read_them()
    {
        var s = Model.Size("s");
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", s));
        var y = builder.AddInput(Model.Input("y", s));
        builder.AddOutput(new("x", y, GraphOutputKind.InputMutation, "x"));
        builder.AddOutput(new("y", x, GraphOutputKind.InputMutation, "y"));
        builder.AddOutput(new("out", Sum(builder, x, x)));
        builder.AddOutput(new("old", x));
        using var compiled = CudaGraphs.OnDevice(builder.Build());
        for (int run = 0; run < 3; run++)
        {
            Tensor a = Model.Range(3), b = Tensor.From([7f, 8, 9], 3);
            Assert.Equal([[0, 2, 4], [0, 1, 2]], compiled.Run(a, b).Select(Model.Numbers));
            Assert.Equal([7f, 8, 9], Model.Numbers(a));
            Assert.Equal([0f, 1, 2], Model.Numbers(b));
        }
    }

    [Fact]
    public void Every_output_has_memory_of_its_own()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", 3));
        var weight = builder.AddParameter(new("w", new(DType.Float32, [3]), Tensor.From([5f, 6, 7], 3)));
        var sum = Sum(builder, x, weight);
        foreach (var (name, value) in ((string, Value)[])[("x", x), ("w", weight), ("sum", sum), ("again", sum), ("x2", x)])
            builder.AddOutput(new(name, value));
        using var compiled = CudaGraphs.OnDevice(builder.Build());
        var input = Model.Range(3);
        for (int run = 0; run < 3; run++)
        {
            var results = compiled.Run(input);
            float[][] expected = [[0, 1, 2], [5, 6, 7], [5, 7, 9], [5, 7, 9], [0, 1, 2]];
            Assert.Equal(expected, results.Select(Model.Numbers));
            for (int i = 0; i < results.Length; i++)
            {
                results[i].Span<float>().Fill(-1);
                Assert.Equal(expected[(i + 1)..], results[(i + 1)..].Select(Model.Numbers));
            }

            Assert.Equal([0f, 1, 2], Model.Numbers(input));
        }

        using var there = DeviceTensor.From(input);
        var onDevice = compiled.RunOnDevice([there]);
        Assert.Equal(6, onDevice.Append(there).Select(tensor => tensor.Address).Distinct().Count());
    }

    private static Value Sum(GraphBuilder builder, Value a, Value b) => CudaGraphs.Add(builder, "aten::add.Tensor", a, b);
}
