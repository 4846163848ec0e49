using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph.Text;
using Evergraph.Runtime.Cuda.Lowering;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Tests.Cuda.Lowering;

/// <summary>Reductions among other operators: what one kernel computes together, and branches in which a reduction must not run.</summary>
[Collection(CudaTest.Name)]
public sealed class FusedReductionsTests(ITestOutputHelper output)
{
    private static readonly OperatorRegistry House = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    [Fact]
    public void A_norm_and_the_quantisation_of_its_rows_are_one_kernel() => AssertAgrees(
        """
        symbol s0 = 1..64
        input %0 "x": float32[s0, 512]
        input %1 "g": float32[512]
        input %2 "w": int8[64, 512]
        input %3 "s": float32[64]
        %4 = evergraph::rms_norm(x=%0, weight=%1, eps=1e-06) : float32[s0, 512]
        %5 = evergraph::linear_w8a8_dynamic(x=%4, weight=%2, weight_scale=%3, bias=none, out_dtype=none) : float32[s0, 64]
        output %5 "y"
        """,
        kernels: 2);

    [Fact]
    public void A_reduction_in_a_part_of_a_concatenation() => AssertAgrees(
        """
        symbol s0 = 1..64
        symbol s1 = 1..64
        input %0 "a": float32[s0, 40]
        input %1 "b": float32[s0, s1]
        %2 = aten::softmax.int(self=%0, dim=-1, dtype=none) : float32[s0, 40]
        %3 = aten::sum.dim_IntList(self=%1, dim=[1], keepdim=true, dtype=none) : float32[s0, 1]
        %4 = aten::cat(tensors=[%3, %2, %1], dim=1) : float32[s0, 41 + s1]
        %5 = aten::log_softmax.int(self=%4, dim=1, dtype=none) : float32[s0, 41 + s1]
        output %5 "y"
        """);

    [Fact]
    public void Reductions_over_rows_of_sums_of_columns() => AssertAgrees(
        """
        symbol s0 = 1..64
        input %0 "x": float32[s0, 300]
        %1 = aten::softmax.int(self=%0, dim=0, dtype=none) : float32[s0, 300]
        %2 = aten::mean.dim(self=%1, dim=[1], keepdim=true, dtype=none) : float32[s0, 1]
        %3 = aten::sub.Tensor(self=%1, other=%2, alpha=1) : float32[s0, 300]
        %4 = aten::mul.Tensor(self=%3, other=%3) : float32[s0, 300]
        %5 = aten::mean.dim(self=%4, dim=[1], keepdim=true, dtype=none) : float32[s0, 1]
        %6 = aten::add.Scalar(self=%5, other=1e-05, alpha=1) : float32[s0, 1]
        %7 = aten::rsqrt(self=%6) : float32[s0, 1]
        %8 = aten::mul.Tensor(self=%3, other=%7) : float32[s0, 300]
        %9 = aten::amax(self=%8, dim=[0, 1], keepdim=false) : float32[]
        output %8 "y"
        output %9 "z"
        """);

    [Fact]
    public void A_small_convolutional_network() => AssertAgrees(
        """
        symbol s0 = 1..4
        input %0 "x": float32[s0, 3, 17, 13]
        input %1 "w": float32[8, 3, 3, 3]
        input %2 "g": float32[8]
        %3 = aten::conv2d(input=%0, weight=%1, bias=%2, stride=[1, 1], padding=[1, 1], dilation=[1, 1], groups=1) : float32[s0, 8, 17, 13]
        %4 = aten::group_norm(input=%3, num_groups=2, weight=%2, bias=none, eps=1e-05, cudnn_enabled=true) : float32[s0, 8, 17, 13]
        %5 = aten::relu(self=%4) : float32[s0, 8, 17, 13]
        %6, %7 = aten::max_pool2d_with_indices(self=%5, kernel_size=[3, 3], stride=[2, 2], padding=[1, 1], dilation=[1, 1], ceil_mode=true) : float32[s0, 8, 9, 7], int64[s0, 8, 9, 7]
        %8 = aten::adaptive_avg_pool2d(self=%6, output_size=[1, 1]) : float32[s0, 8, 1, 1]
        %9 = aten::var.correction(self=%6, dim=[0, 2, 3], correction=0, keepdim=false) : float32[8]
        output %7 "places"
        output %8 "y"
        output %9 "variance"
        """);

    [Fact]
    public void The_place_of_the_largest_probability() => AssertAgrees(
        """
        symbol s0 = 1..64
        input %0 "x": float32[2, s0, 48]
        input %1 "g": float32[48]
        input %2 "w": float32[100, 48]
        %3 = aten::layer_norm(input=%0, normalized_shape=[48], weight=%1, bias=%1, eps=1e-05, cudnn_enable=true) : float32[2, s0, 48]
        %4 = aten::linear(input=%3, weight=%2, bias=none) : float32[2, s0, 100]
        %5 = aten::log_softmax.int(self=%4, dim=-1, dtype=none) : float32[2, s0, 100]
        %6, %7 = aten::max.dim(self=%5, dim=-1, keepdim=false) : float32[2, s0], int64[2, s0]
        output %5 "y"
        output %6 "largest"
        output %7 "place"
        """);

    private void AssertAgrees(string text, int? kernels = null)
    {
        _ = CudaTest.CompilingDevice;
        var graph = GraphParser.Parse(text + "\n", House);
        var lowered = GraphLowering.Lower(graph, Dispatcher.Default, DeviceFacts.Typical);
        GraphLowering.StoreOutputs(lowered);
        var steps = FusionPlanner.Plan(lowered);
        output.WriteLine(string.Join(", ", steps.Select(step => step.Name)));
        if (kernels is { } count)
            Assert.Equal(count, steps.OfType<KernelStep>().Count());
        using var compiled = GraphCompiler.Compile(graph, new() { Backend = Backend.Cuda, Passes = [] });
        using var reference = GraphCompiler.Compile(graph, new() { Backend = Backend.Reference, Passes = [] });
        for (int seed = 1; seed <= 3; seed++)
        {
            output.WriteLine($"seed {seed}");
            var random = new Random(seed);
            var sizes = new Dictionary<Symbol, long>();
            long SizeOf(Symbol symbol) => sizes.TryGetValue(symbol, out long size) ? size : sizes[symbol] = random.NextInt64(symbol.Min, symbol.Max + 1);
            Tensor[] inputs = [.. graph.Inputs.Select(input => new SampleBuilder(random).Tensor(input.Type.DType, Shape.FromSizes(input.Type.Shape.Evaluate(SizeOf))).OnRank[0])];
            var (given, expected) = (compiled.Run(inputs), reference.Run(inputs));
            for (int i = 0; i < expected.Length; i++)
                Assert.True(Rounding.Difference(given[i], expected[i]) is not { } difference, $"output {i}: {Rounding.Difference(given[i], expected[i])}");
        }
    }
}
