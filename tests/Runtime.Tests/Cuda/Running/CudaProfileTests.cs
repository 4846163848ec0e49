using System.Text.Json;
using Evergraph.Runtime.Cuda;
using Evergraph.Samples.Qwen3;

namespace Evergraph.Runtime.Tests.Cuda.Running;

[Collection(CudaTest.Name)]
public sealed class CudaProfileTests
{
    [Fact]
    public void Every_step_has_a_node_a_time_and_bytes()
    {
        _ = CudaTest.CompilingDevice;
        var model = new Qwen3Model(Qwen3Config.Small, Qwen3Weights.Seeded(Qwen3Config.Small, seed: 1));
        using var compiled = GraphCompiler.Compile(model.Trace(), new() { Backend = Backend.Cuda });
        var ids = Tensor.From([.. Enumerable.Range(0, 9).Select(i => (long)i)], 1, 9);
        var before = compiled.Run(ids)[0];
        var profile = compiled.Profile([ids]);
        Assert.Same(compiled.Graph, profile.Graph);
        Assert.NotEmpty(profile.Steps);
        Assert.All(profile.Steps, step =>
        {
            Assert.InRange(step.Node, 0, profile.Graph.Nodes.Length - 1);
            Assert.NotEmpty(step.Name);
            Assert.True(step.Start >= 0 && step.Duration >= 0 && step.Bytes > 0, step.ToString());
        });
        Assert.Equal(profile.Steps.OrderBy(step => step.Start), profile.Steps);

        // Products and attention have operations: 2·m·n·k, here of the head.
        Assert.Contains(profile.Steps, step => step.Operations == 2 * 9 * 64 * 256);
        CudaGraphs.AssertSame(before, compiled.Run(ids)[0]);
    }

    [Fact]
    public void Bytes_are_those_of_operands_and_results()
    {
        using var compiled = CudaGraphs.OnDevice(
            """
            symbol s0 = 0..
            input %0 "x": float32[s0, 8]
            parameter %1 "w": float32[8]
            %2 = aten::mul.Tensor(self=%0, other=%1) : float32[s0, 8]
            output %2 "y"
            """);
        var step = Assert.Single(compiled.Profile([CudaGraphs.Random(1, 5, 8)]).Steps);
        Assert.Equal((0, (5 * 8 * 4 * 2) + (8 * 4)), (step.Node, step.Bytes));
    }

    [Fact]
    public void A_trace_has_an_event_for_each_step()
    {
        using var compiled = CudaGraphs.OnDevice(
            """
            symbol s0 = 0..
            input %0 "x": float32[s0, 8]
            parameter %1 "w": float32[4, 8]
            %2 = aten::relu(self=%0) : float32[s0, 8]
            %3 = aten::linear(input=%2, weight=%1) : float32[s0, 4]
            %4, %5 = aten::sort(self=%3) : float32[s0, 4], int64[s0, 4]
            output %4 "y"
            """);
        var profile = compiled.Profile([CudaGraphs.Random(1, 5, 8)]);
        using var stream = new MemoryStream();
        ChromeTrace.Write(profile, stream);
        using var document = JsonDocument.Parse(stream.ToArray());
        var events = document.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        Assert.Equal(3, events.Count);
        Assert.Equal(profile.Steps.Select(step => step.Name), events.Select(item => item.GetProperty("name").GetString()));
        Assert.Equal(["aten::relu", "aten::linear", "aten::sort"], events.Select(item => item.GetProperty("args").GetProperty("node").GetString()));
        Assert.All(events, item => Assert.Equal("X", item.GetProperty("ph").GetString()));
        Assert.Equal(profile.Steps.Select(step => step.Duration), events.Select(item => item.GetProperty("dur").GetDouble()));
    }
}
