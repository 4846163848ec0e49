using System.Runtime.InteropServices;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Tests.Cuda.Products;

[Collection(CudaTest.Name)]
public sealed class ProductRunnerTests
{
    private static readonly ProductPlan Linear = new() { Operands = DType.Float32, Result = DType.Float32, TransposeB = true };

    [Fact]
    public void A_capture_replays_a_product()
    {
        using var setup = new Setup(Linear, m: 3, n: 8, k: 8);
        setup.Run();
        setup.Stream.Synchronize();
        setup.Stream.BeginCapture();
        setup.Run();
        using var graph = setup.Stream.EndCapture();
        float[] changed = [.. Enumerable.Range(0, 24).Select(i => i % 5 - 2f)];
        setup.Stream.Write(setup.A.Address, MemoryMarshal.AsBytes(changed.AsSpan()));
        graph.Launch(setup.Stream);
        Assert.Equal(setup.Expect(changed), setup.Read());
    }

    [Fact]
    public void Sizes_of_a_class_share_a_choice_and_sizes_that_it_does_not_take_get_another()
    {
        var device = ProductPropertyTests.ProductDevice;
        // Sizes that no other test uses: the choices of a device are shared.
        using var setup = new Setup(Linear, m: 128, n: 52, k: 44);
        var algorithms = ProductLibrary.Of(device).Algorithms;
        int before = algorithms.Lookups;
        foreach (int m in (int[])[100, 101, 120, 128, 100, 66, 90])
            setup.Run(m);
        Assert.Equal(1, algorithms.Lookups - before);
        setup.Run(64);
        Assert.Equal(2, algorithms.Lookups - before);
        foreach (int m in (int[])[1, 2, 16])
            setup.Run(m);
        Assert.Equal(5, algorithms.Lookups - before);
        // The emulator's first algorithm refuses multiples of 7, so that one more is looked up. A GPU may take it.
        setup.Run(126);
        Assert.InRange(algorithms.Lookups - before, 5, 6);
        int all = algorithms.Lookups;
        using var second = new ProductRunner(device, Linear);
        foreach (int m in (int[])[126, 100, 119, 64, 2])
            setup.Run(m, second);
        Assert.Equal(all, algorithms.Lookups);
        setup.Stream.Synchronize();
    }

    [Fact]
    public void Before_an_algorithm_is_chosen_whoever_waits_is_asked_unless_it_is_recorded()
    {
        // Sizes that no other test uses.
        using var setup = new Setup(Linear, m: 128, n: 60, k: 36);
        int asked = 0;
        using var runner = new ProductRunner(ProductPropertyTests.ProductDevice, Linear) { BeforeLoading = () => asked++ };
        foreach (int m in (int[])[100, 101, 128, 100])
            setup.Run(m, runner);
        Assert.Equal(1, asked);
        setup.Run(3, runner);
        Assert.Equal(2, asked);
        setup.Stream.Synchronize();
        setup.Stream.BeginCapture();
        setup.Run(5, runner);
        setup.Stream.EndCapture().Dispose();
        Assert.Equal(2, asked);
    }

    [Fact]
    public void A_run_allocates_nothing_once_its_class_is_known()
    {
        using var setup = new Setup(Linear, m: 31, n: 12, k: 20);
        for (int i = 0; i < 200; i++)
            setup.Run(17 + i % 15);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
            setup.Run(17 + i % 15);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        setup.Stream.Synchronize();
    }

    [Fact]
    public void Tuning_gives_the_same_product()
    {
        using var setup = new Setup(Linear, m: 5, n: 16, k: 4, tuned: true);
        int before = ProductLibrary.Of(setup.Device).TunedAlgorithms.Lookups;
        setup.Run();
        Assert.Equal(setup.Expect(setup.ValuesA), setup.Read());
        Assert.Equal(1, ProductLibrary.Of(setup.Device).TunedAlgorithms.Lookups - before);
    }

    [Fact]
    public void Tuning_does_not_add_to_a_result_twice_nor_wait_in_a_capture()
    {
        using var setup = new Setup(Linear, m: 6, n: 16, k: 4, tuned: true);
        setup.Stream.Fill(setup.D.Address, 0, setup.D.Bytes);
        setup.Run(accumulate: true);
        Assert.Equal(setup.Expect(setup.ValuesA), setup.Read());
        using var captured = new Setup(Linear, m: 7, n: 16, k: 4, tuned: true);
        captured.Stream.BeginCapture();
        captured.Run();
        using var graph = captured.Stream.EndCapture();
        graph.Launch(captured.Stream);
        Assert.Equal(captured.Expect(captured.ValuesA), captured.Read());
    }

    [Fact]
    public void Threads_share_choices()
    {
        var device = ProductPropertyTests.ProductDevice;
        Parallel.For(0, 8, i =>
        {
            using var setup = new Setup(Linear, m: 40, n: 24, k: 28);
            for (int m = 1; m <= 40; m++)
            {
                setup.Run(m);
                Assert.Equal(setup.Expect(setup.ValuesA)[..(m * 24)], setup.Read()[..(m * 24)]);
            }
        });
    }

    [Fact]
    public void An_empty_sum_is_the_callers()
    {
        using var setup = new Setup(Linear, m: 3, n: 4, k: 8);
        var error = Assert.Throws<ArgumentException>(() => setup.Runner.Run(
            setup.Stream, ProductSizes.Dense(Linear, 3, 4, 0), setup.A.Address, setup.B.Address, setup.D.Address, 0, setup.Workspace.Address));
        Assert.StartsWith("cuBLASLt does not take float32 product [3,0]·[0,4] with B transposed, at these strides and addresses: expected what ProductPlan.Fits takes", error.Message);
        Assert.Equal("sizes", error.ParamName);
    }

    [Fact]
    public void Products_that_there_are_not()
    {
        var device = ProductPropertyTests.ProductDevice;
        var error = Assert.Throws<NotSupportedException>(() => new ProductRunner(device, new() { Operands = DType.Int64, Result = DType.Int64 }));
        Assert.Equal("cuBLASLt has no int64 products; ask ProductPlan.IsSupported before", error.Message);
    }

    [Fact]
    public async Task Loading_ahead_loads()
    {
        _ = ProductPropertyTests.ProductDevice;
        await CublasLt.Preload();
        Assert.True(CublasLt.GetVersion() >= 120000);
    }

    /// <summary>A float32 product of small whole numbers, which is exact in any order of summation.</summary>
    private sealed class Setup : IDisposable
    {
        private readonly ProductPlan _plan;
        private readonly int _m, _n, _k;
        private readonly float[] _valuesB;

        public Setup(ProductPlan plan, int m, int n, int k, bool tuned = false)
        {
            (_plan, _m, _n, _k) = (plan, m, n, k);
            Device = ProductPropertyTests.ProductDevice;
            Stream = CudaStream.Create(Device);
            Runner = new(Device, plan, tuned);
            ValuesA = [.. Enumerable.Range(0, m * k).Select(i => i % 7 - 3f)];
            _valuesB = [.. Enumerable.Range(0, n * k).Select(i => i % 11 - 5f)];
            A = DeviceMemory.Allocate(Device, ValuesA.Length * 4);
            B = DeviceMemory.Allocate(Device, _valuesB.Length * 4);
            D = DeviceMemory.Allocate(Device, m * n * 4);
            Workspace = DeviceMemory.Allocate(Device, ProductLibrary.WorkspaceBytes);
            Stream.Write(A.Address, MemoryMarshal.AsBytes(ValuesA.AsSpan()));
            Stream.Write(B.Address, MemoryMarshal.AsBytes(_valuesB.AsSpan()));
        }

        public CudaDevice Device { get; }

        public CudaStream Stream { get; }

        public ProductRunner Runner { get; }

        public float[] ValuesA { get; }

        public DeviceMemory A { get; }

        public DeviceMemory B { get; }

        public DeviceMemory D { get; }

        public DeviceMemory Workspace { get; }

        public void Run(int? m = null, ProductRunner? runner = null, bool accumulate = false) => (runner ?? Runner).Run(
            Stream, ProductSizes.Dense(_plan, m ?? _m, _n, _k), A.Address, B.Address, D.Address, 0, Workspace.Address, accumulate ? D.Address : 0);

        public float[] Expect(float[] a)
        {
            float[] expected = new float[_m * _n];
            for (int i = 0; i < expected.Length; i++)
                expected[i] = Enumerable.Range(0, _k).Sum(k => a[i / _n * _k + k] * _valuesB[i % _n * _k + k]);
            return expected;
        }

        public float[] Read()
        {
            float[] values = new float[_m * _n];
            Stream.Read(D.Address, MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        public void Dispose()
        {
            foreach (var item in (IDisposable[])[Runner, A, B, D, Workspace, Stream])
                item.Dispose();
        }
    }
}
