using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.Cuda.Lowering;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Tests.Cuda.Lowering;

/// <summary>Calls of operators on the device, held against their references.</summary>
internal static class LoweredCall
{
    private static readonly OperatorRegistry House = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    /// <summary>A tensor as an operand.</summary>
    public static SampleTensor Of(Tensor tensor) => new(tensor.Type, [tensor]);

    /// <summary>Numbers as an operand of a type.</summary>
    public static SampleTensor Of(DType dtype, float[] numbers, params ReadOnlySpan<long> sizes) =>
        Of(Evergraph.CustomOps.Kernels.Casts.To(Tensor.From(numbers, sizes.ToArray()), dtype));

    /// <summary>Numbers around 0 without a pattern; <paramref name="special"/> ones among them.</summary>
    public static float[] Spread(int count, params ReadOnlySpan<float> special)
    {
        float[] numbers = [.. Enumerable.Range(0, count).Select(i => (((i * 37) % 101) / 16f) - 3)];
        for (int i = 0; i < special.Length; i++)
            numbers[((i * 29) + 11) % count] = special[i];
        return numbers;
    }

    /// <summary>Runs a call with known sizes.</summary>
    public static void AssertAgrees(string name, params object?[] arguments) => AssertAgrees(name, new SampleBuilder(new Random(0)).Call(arguments), isSymbolic: false);

    /// <summary>Runs a call: it must have code for the device, and compute what the reference does.</summary>
    public static void AssertAgrees(string name, OperatorSample call, bool isSymbolic)
    {
        _ = CudaTest.CompilingDevice;
        var sample = new SampleGraph(House.Find(name)!, call, isSymbolic);
        Assert.DoesNotContain(GraphLowering.Lower(sample.Graph, Dispatcher.Default, DeviceFacts.Typical).Items, item => item is HostStep);
        using var compiled = GraphCompiler.Compile(sample.Graph, new() { Backend = Backend.Cuda, Passes = [] });
        var given = compiled.Run(sample.Inputs);
        var expected = sample.Reference();
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Rounding.Difference(given[i], expected[i]) is not { } difference, $"result {i}: {Rounding.Difference(given[i], expected[i])}\n{sample}");
    }
}
