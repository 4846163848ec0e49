using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.Cuda;

namespace Evergraph.Runtime.Tests.Cuda.Running;

/// <summary>Nodes that the device has no code for, among those that it has.</summary>
[Collection(CudaTest.Name)]
public sealed class HostStepTests
{
    private const string Sorted =
        """
        symbol s0 = 0..
        input %0 "x": float32[s0, 6]
        %1 = aten::neg(self=%0) : float32[s0, 6]
        %2, %3 = aten::sort(self=%1, dim=-1, descending=false) : float32[s0, 6], int64[s0, 6]
        %4 = aten::mul.Tensor(self=%2, other=%2) : float32[s0, 6]
        %5 = aten::sum.dim_IntList(self=%4, dim=[1], keepdim=false) : float32[s0]
        output %5 "y"
        output %3 "order"
        """;

    private const string Positive =
        """
        symbol s0 = 0..
        symbol u0 = 0.. data
        input %0 "x": float32[s0]
        input %1 "table": float32[s0, 5]
        %2 = aten::relu(self=%0) : float32[s0]
        %3 = aten::nonzero(self=%2) : int64[u0, 1]
        %4 = aten::view(self=%3, size=[u0]) : int64[u0]
        %5 = aten::index_select(self=%1, dim=0, index=%4) : float32[u0, 5]
        %6 = aten::mul.Scalar(self=%5, other=2) : float32[u0, 5]
        %7 = aten::softmax.int(self=%6, dim=-1) : float32[u0, 5]
        %8 = aten::sum.dim_IntList(self=%7, dim=[0], keepdim=false) : float32[5]
        output %6 "chosen"
        output %7 "parts"
        output %8 "sums"
        output %3 "places"
        """;

    [Fact]
    public void A_sort_between_kernels()
    {
        using var compiled = CudaGraphs.OnDevice(Sorted);
        using var reference = CudaGraphs.OnHost(Sorted);
        foreach (int rows in (int[])[3, 0, 1, 50, 3, 3, 3])
        {
            var x = CudaGraphs.Random(rows, rows, 6);
            CudaGraphs.AssertAgree(reference.Run(x), compiled.Run(x), $"{rows} rows");
        }
    }

    /// <summary>Rows cut out of a tensor lie densely, but do not begin where it does: the step reads them in place.</summary>
    [Fact]
    public void A_sort_of_rows_from_the_middle()
    {
        const string Middle =
            """
            symbol s0 = 5..
            input %0 "x": float32[s0, 6]
            %1 = aten::slice.Tensor(self=%0, dim=0, start=2, end=4) : float32[2, 6]
            %2, %3 = aten::sort(self=%1, dim=-1, descending=false) : float32[2, 6], int64[2, 6]
            output %2 "y"
            output %3 "order"
            """;
        using var compiled = CudaGraphs.OnDevice(Middle);
        using var reference = CudaGraphs.OnHost(Middle);
        var x = CudaGraphs.Random(1, 7, 6);
        CudaGraphs.AssertAgree(reference.Run(x), compiled.Run(x), "rows 2 and 3 of 7");
    }

    [Fact]
    public void Sizes_after_a_result_whose_size_depends_on_data()
    {
        using var compiled = CudaGraphs.OnDevice(Positive);
        using var reference = CudaGraphs.OnHost(Positive);
        foreach (int rows in (int[])[7, 1, 0, 300, 7, 7])
        {
            for (int seed = 0; seed < 3; seed++)
            {
                Tensor x = CudaGraphs.Random((rows * 10) + seed, rows), table = CudaGraphs.Random(seed, rows, 5);
                var expected = reference.Run(x, table);
                CudaGraphs.AssertAgree(expected, compiled.Run(x, table), $"{rows} rows, seed {seed}");
                using DeviceTensor xThere = DeviceTensor.From(x), tableThere = DeviceTensor.From(table);
                CudaGraphs.AssertAgree(expected, [.. compiled.RunOnDevice([xThere, tableThere]).Select(result => result.ToTensor())], $"on the device, {rows} rows, seed {seed}");
            }
        }
    }

    [Fact]
    public void Placements_say_what_runs_where()
    {
        var placements = new CudaBackend().Place(CudaGraphs.Parse(Sorted), Dispatcher.Default);
        Assert.Equal(["aten::neg", "aten::sort", "aten::mul.Tensor", "aten::sum.dim_IntList"], placements.Select(placed => placed.Node.Operator.Name));
        Assert.Equal([true, false, true, true], placements.Select(placed => placed is { Library: "cuda", Native: ["kernels"] }));
        Assert.Equal("the device has no code for it", placements[1].Reason);
        Assert.NotNull(placements[1].Implementation);
    }

    [Fact]
    public void A_kernel_of_the_house_that_throws_is_named()
    {
        using var compiled = CudaGraphs.OnDevice(
            """
            symbol s0 = 0..
            input %0 "x": float32[s0]
            input %1 "y": float32[s0]
            %2 = aten::relu(self=%0) : float32[s0]
            %3 = aten::nonzero(self=%2) : int64[u0, 1]
            %4 = aten::neg(self=%3) : int64[u0, 1]
            output %4 "z"
            """.Replace("input %0", "symbol u0 = 0..2 data\ninput %0", StringComparison.Ordinal));
        var few = Tensor.From([1f, -1, 1], 3);
        Assert.Equal([0L, -2], compiled.Run(few, few)[0].ReadOnlySpan<long>().ToArray());
        var many = Tensor.From([1f, 1, 1], 3);
        var error = Assert.Throws<KernelException>(() => compiled.Run(many, many));
        Assert.Equal("aten::nonzero", error.Node.Operator.Name);
        Assert.Equal([0L, -2], compiled.Run(few, few)[0].ReadOnlySpan<long>().ToArray());
    }
}
