using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.OnnxRuntime;
using Evergraph.Runtime.OnnxRuntime.Lowering;

namespace Evergraph.Runtime.Tests;

/// <summary>Graphs in ONNX Runtime whose every node runs as C# code.</summary>
internal static class InSession
{
    /// <summary>Skips a test where there is no native library.</summary>
    public static void Require()
    {
        if (new OnnxRuntimeBackend().Unavailable() is { } reason)
            Assert.Skip(reason);
    }

    /// <summary>Compiles a graph without passes and lowerings.</summary>
    public static CompiledGraph Compile(TensorGraph graph, int ranks = 1, int threads = 1, Dispatcher? dispatcher = null)
    {
        Require();
        return GraphCompiler.Compile(graph, Options(ranks, threads, dispatcher));
    }

    /// <summary>Compiles traced code without passes and lowerings.</summary>
    public static CompiledGraph Compile(IReadOnlyList<GraphInput> inputs, Func<Tensor[], Tensor[]> model, int ranks = 1) =>
        Compile(Tracer.Trace(inputs, model), ranks);

    private static CompileOptions Options(int ranks, int threads, Dispatcher? dispatcher) => new()
    {
        Backend = OnnxRuntimeBackend.BackendName,
        Passes = [],
        TensorParallel = ranks,
        Dispatcher = dispatcher ?? Dispatcher.Default,
        OnnxRuntime = new() { Threads = threads, Lowerings = LoweringTable.Of() },
    };
}
