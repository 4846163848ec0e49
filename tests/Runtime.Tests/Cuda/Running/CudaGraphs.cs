using Evergraph.CustomOps.Kernels;
using Evergraph.Graph.Text;
using Evergraph.Runtime.Cuda;

namespace Evergraph.Runtime.Tests.Cuda.Running;

/// <summary>Graphs as text, on the device and on the reference backend.</summary>
internal static class CudaGraphs
{
    public static OperatorRegistry House { get; } = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    /// <summary>Reads a graph; parameters are drawn, the same for the same name.</summary>
    public static TensorGraph Parse(string text) => GraphParser.Parse(text + "\n", House, Draw);

    /// <summary>Compiles for the first device without passes.</summary>
    public static CompiledGraph OnDevice(TensorGraph graph, CudaOptions? options = null)
    {
        _ = CudaTest.CompilingDevice;
        return GraphCompiler.Compile(graph, new() { Backend = Backend.Cuda, Passes = [], Cuda = options ?? new() });
    }

    /// <summary>Compiles for the first device without passes.</summary>
    public static CompiledGraph OnDevice(string text, CudaOptions? options = null) => OnDevice(Parse(text), options);

    /// <summary>Compiles for the reference backend without passes.</summary>
    public static CompiledGraph OnHost(string text) => GraphCompiler.Compile(Parse(text), new() { Backend = Backend.Reference, Passes = [] });

    /// <summary>Adds a node by its tensors, with the defaults for all else, at a place that errors show as <c>layers.3 (model.py:7)</c>.</summary>
    public static Value Add(GraphBuilder builder, string name, params Value[] operands)
    {
        var definition = House.Find(name)!;
        var arguments = definition.Schema.Arguments.Select((argument, i) => i < operands.Length ? new TensorArgument(operands[i]) : ArgumentDefaults.Of(argument)!);
        return builder.Add(definition, arguments.ToEquatableArray(), new("layers.3", "model.py", 7))[0];
    }

    /// <summary>Numbers from −1 to 1, the same for the same seed.</summary>
    public static Tensor Random(int seed, params long[] sizes)
    {
        var random = new Random(seed);
        var tensor = Tensor.Empty(DType.Float32, sizes);
        foreach (ref float number in tensor.Span<float>())
            number = (float)((random.NextDouble() * 2) - 1);
        return tensor;
    }

    /// <summary>Holds results against the reference's.</summary>
    public static void AssertAgree(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> given, string what)
    {
        Assert.Equal(expected.Count, given.Count);
        for (int i = 0; i < expected.Count; i++)
            Assert.True(Rounding.Difference(given[i], expected[i]) is not { } difference, $"{what}, result {i}: {Rounding.Difference(given[i], expected[i])}");
    }

    /// <summary>Holds results of a deep model against the reference's, up to a part of the largest.</summary>
    public static void AssertClose(Tensor expected, Tensor given, string what)
    {
        Assert.Equal(expected.Type, given.Type);
        ReadOnlySpan<float> a = expected.ReadOnlySpan<float>(), b = given.ReadOnlySpan<float>();
        float largest = 0;
        foreach (float number in a)
            largest = Math.Max(largest, Math.Abs(number));
        for (int i = 0; i < a.Length; i++)
            Assert.True(Math.Abs(a[i] - b[i]) <= 1e-4f * largest, $"{what}, element {i}: expected {a[i]}, given {b[i]}");
    }

    /// <summary>Equal bit by bit.</summary>
    public static void AssertSame(Tensor expected, Tensor given)
    {
        Assert.Equal(expected.Type, given.Type);
        Assert.True(expected.ReadOnlyBytes().SequenceEqual(given.ReadOnlyBytes()), "the bits differ");
    }

    private static Tensor Draw(string name, TensorType type) => Casts.To(
        Random(name.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter)), type.Shape.Evaluate(_ => 0)), type.DType);
}
