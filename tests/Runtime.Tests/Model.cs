using Evergraph.Runtime.OnnxRuntime;

namespace Evergraph.Runtime.Tests;

/// <summary>What the tests of this project build graphs with.</summary>
internal static class Model
{
    /// <summary>The backend of tests that are about how the managed executor runs, plans and fails.</summary>
    public const string Managed = Backend.Reference;

    /// <summary>A symbol of an input's size.</summary>
    public static Symbol Size(string name, long min = 0, long max = 4096) => new(name, min, max);

    /// <summary>An input of float32.</summary>
    public static GraphInput Input(string name, params ReadOnlySpan<Dim> sizes) => new(name, new(DType.Float32, Shape.Of(sizes)));

    /// <summary>An integer input.</summary>
    public static GraphInput Number(string name, Dim number) => new(name, new(DType.Int64, Shape.Scalar), number);

    /// <summary>Compiles traced code without passes for the managed executor.</summary>
    public static CompiledGraph Compile(IReadOnlyList<GraphInput> inputs, Func<Tensor[], Tensor[]> model, int ranks = 1) =>
        GraphCompiler.Compile(inputs, model, new() { Backend = Managed, Passes = [], TensorParallel = ranks });

    /// <summary>Compiles a graph without passes for the managed executor.</summary>
    public static CompiledGraph Compile(TensorGraph graph, int ranks = 1) => GraphCompiler.Compile(graph, new() { Backend = Managed, Passes = [], TensorParallel = ranks });

    /// <summary>The backends, for tests of what all of them do.</summary>
    public static TheoryData<string> Backends => [Backend.Reference, OnnxRuntimeBackend.BackendName];

    /// <summary>Compiles traced code for a backend without passes.</summary>
    public static CompiledGraph Compile(string backend, IReadOnlyList<GraphInput> inputs, Func<Tensor[], Tensor[]> model, int ranks = 1) =>
        Compile(backend, Tracer.Trace(inputs, model), ranks);

    /// <summary>Compiles a graph for a backend without passes.</summary>
    public static CompiledGraph Compile(string backend, TensorGraph graph, int ranks = 1) =>
        backend == Backend.Reference ? Compile(graph, ranks) : InSession.Compile(graph, ranks);

    /// <summary>0, 1, 2, … in these sizes.</summary>
    public static Tensor Range(params long[] sizes)
    {
        var tensor = Tensor.Empty(DType.Float32, sizes);
        for (int i = 0; i < tensor.Elements; i++)
            tensor.Span<float>()[i] = i;
        return tensor;
    }

    /// <summary>The elements.</summary>
    public static float[] Numbers(Tensor tensor) => tensor.ReadOnlySpan<float>().ToArray();

    /// <summary>A node whose only arguments are tensors, at a place that errors show as <c>layers.3 (model.py:7)</c>.</summary>
    public static Value[] Add(GraphBuilder builder, OperatorDefinition definition, params Value[] operands) =>
        builder.Add(definition, operands.Select(Argument (operand) => new TensorArgument(operand)).ToEquatableArray(), new("layers.3", "model.py", 7));
}
