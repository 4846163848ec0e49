using System.Globalization;

namespace Evergraph.Runtime.Tests.Cuda.Lowering;

/// <summary>
/// Rows that threads share, of every length from none to some thousands: within a warp, over a block, in registers or not, in vectors or not.
/// EVERGRAPH_CUDA_SAMPLES says how many calls of each operator, EVERGRAPH_SEED where they begin.
/// </summary>
[Collection(CudaTest.Name)]
public sealed class LongRowsTests(ITestOutputHelper output)
{
    private const int Longest = 3000;

    [Theory]
    [InlineData("sum.dim_IntList")]
    [InlineData("amax")]
    [InlineData("argmin")]
    [InlineData("max.dim")]
    [InlineData("all.dim")]
    [InlineData("var.correction")]
    [InlineData("softmax.int")]
    [InlineData("log_softmax.int")]
    [InlineData("layer_norm")]
    [InlineData("native_layer_norm")]
    [InlineData("group_norm")]
    [InlineData("linear")]
    [InlineData("w8a8")]
    public void Rows_of_any_length_agree_with_the_reference(string name)
    {
        int samples = Number("EVERGRAPH_CUDA_SAMPLES", 3), first = Number("EVERGRAPH_SEED", 1);
        for (int seed = first; seed < first + samples; seed++)
        {
            foreach (bool isSymbolic in (bool[])[true, false])
            {
                output.WriteLine($"seed {seed}, {(isSymbolic ? "symbolic" : "known")} sizes");
                var (operatorName, call) = Draw(name, new(new Random(seed)));
                LoweredCall.AssertAgrees(operatorName, call, isSymbolic);
            }
        }
    }

    private static (string Name, OperatorSample Call) Draw(string name, SampleBuilder s)
    {
        // Lengths that vectors divide, that a warp or a block divides, and others.
        Dim rows = s.Size(1, 5), length = s.Size(1, Longest / 16) * s.Pick(1, 4, 8, 16);
        bool isReduction = name is "sum.dim_IntList" or "amax" or "argmin" or "max.dim" or "all.dim";
        var x = s.Tensor(isReduction ? s.Number() : s.Floating(), [rows, length]);
        SampleTensor Vector(Dim size) => s.Tensor(x.Type.DType, [size]);
        OperatorSample call = name switch
        {
            "sum.dim_IntList" or "amax" => s.Call(x, new long[] { 1 }, s.Coin()),
            "var.correction" => s.Call(x, new long[] { 1 }, (Scalar)1, s.Coin()),
            "softmax.int" or "log_softmax.int" => s.Call(x, 1, null),
            "layer_norm" or "native_layer_norm" => s.Call(x, new[] { length }, Vector(length), Vector(length), 1e-5),
            "group_norm" => s.Call(s.Tensor(x.Type.DType, [rows, 4, s.Size(1, Longest / 8)]), 2, Vector(4), Vector(4), 1e-5),
            "linear" => s.Call(s.Tensor(DType.Int32, [rows, length]), s.Tensor(DType.Int32, [7, length]), null),
            "w8a8" => s.Call(x, s.Tensor(DType.Int8, [9, length], -128, 128), s.Tensor(DType.Float32, [9], 0.01, 0.1), null),
            _ => s.Call(x, 1, s.Coin()),
        };
        return (name == "w8a8" ? "evergraph::linear_w8a8_dynamic" : $"aten::{name}", call);
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
