using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Products;

/// <summary>
/// Runs one product of a graph. It belongs to a frame, which runs one at a time: descriptions are kept and changed in place. After the first run
/// of a class of sizes a run allocates nothing. Runs may be captured; do one run of a size outside a capture before, because cuBLASLt loads its
/// code when it is first needed.
/// </summary>
internal sealed unsafe class ProductRunner : IDisposable
{
    /// <summary>How many sizes are remembered with the algorithm that was checked for them; a power of two.</summary>
    private const int Remembered = 16;

    private readonly ProductPlan _plan;
    private readonly ProductLibrary _library;
    private readonly ProductDescriptors _descriptors;
    private readonly Memory[] _memory = new Memory[Remembered];
    private readonly bool _tuned;

    /// <summary>Describes the product to cuBLASLt, which is loaded if it is not yet.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="plan">The product.</param>
    /// <param name="tuned">Whether several algorithms are timed where a class of sizes is first met.</param>
    /// <exception cref="CudaUnavailableException">There is no cuBLASLt.</exception>
    /// <exception cref="NotSupportedException">cuBLASLt has no such product.</exception>
    public ProductRunner(CudaDevice device, ProductPlan plan, bool tuned = false)
    {
        if (!plan.IsSupported)
            throw new NotSupportedException($"cuBLASLt has no {plan}; ask ProductPlan.IsSupported before");
        _plan = plan;
        _library = ProductLibrary.Of(device);
        _tuned = tuned;
        _descriptors = new(device, plan);
    }

    /// <summary>
    /// Called before an algorithm is chosen, outside of captures. Its first launch may load code, which waits for the device and keeps others out meanwhile:
    /// whoever has kernels under way that wait for other devices waits for them here.
    /// </summary>
    public Action? BeforeLoading { get; set; }

    /// <summary>Enqueues D = epilogue(alpha · A·B (+ addend) + bias).</summary>
    /// <param name="stream">Where.</param>
    /// <param name="sizes">The sizes; where D is empty nothing is done.</param>
    /// <param name="a">A's address.</param>
    /// <param name="b">B's address.</param>
    /// <param name="d">D's address; D overlaps neither A nor B.</param>
    /// <param name="bias">The bias's address; not looked at where the epilogue has none.</param>
    /// <param name="workspace"><see cref="ProductLibrary.WorkspaceBytes"/> bytes at a multiple of 256, which no other stream uses meanwhile.</param>
    /// <param name="addend">What is added, laid out like D: D's own address adds to what it holds, 0 nothing.</param>
    /// <exception cref="ArgumentException"><see cref="ProductPlan.Fits"/> does not hold.</exception>
    /// <exception cref="CudaException">cuBLASLt has no algorithm for this, or failed.</exception>
    public void Run(CudaStream stream, in ProductSizes sizes, nint a, nint b, nint d, nint bias, nint workspace, nint addend = 0)
    {
        if (!_plan.Fits(sizes, a, b, d, bias))
            throw Refused(sizes);
        if (sizes.IsEmpty)
            return;
        _library.Device.MakeCurrent();
        bias = _plan.HasBias ? bias : 0;
        _descriptors.SetSizes(sizes);
        if (_plan.HasBias)
            _descriptors.SetBias(bias);
        uint addresses = ProductClass.Alignments(a, b, d, bias);
        ref var memory = ref _memory[(sizes.M ^ sizes.N ^ sizes.K ^ (sizes.M >> 4)) & (Remembered - 1)];
        if (memory.Algorithm is null || memory.Addresses != addresses || memory.Sizes != sizes)
        {
            var run = new ProductRun(_plan, sizes, _descriptors, a, b, d, bias, workspace);
            memory = new(sizes, addresses, Algorithms(stream, addend).Find(stream, run, addresses, BeforeLoading));
        }

        Multiply(_library, stream, new(_plan, sizes, _descriptors, a, b, d, bias, workspace), ref memory.Algorithm.Value, addend);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptors.Dispose();

    /// <summary>Enqueues a product by a given algorithm.</summary>
    internal static void Multiply(ProductLibrary library, CudaStream stream, in ProductRun run, ref CublasLtAlgorithm algorithm, nint addend)
    {
        ulong alpha = run.Plan.ScaleBits(run.Plan.Alpha), beta = run.Plan.ScaleBits(addend == 0 ? 0 : 1);
        var descriptors = run.Descriptors;
        fixed (CublasLtAlgorithm* value = &algorithm)
        {
            int status = CublasLt.Matmul(
                library.Handle, descriptors.Matmul, &alpha, run.B, descriptors.First, run.A, descriptors.Second, &beta, addend == 0 ? run.D : addend, descriptors.Result,
                run.D, descriptors.Result, value, run.Workspace, ProductLibrary.WorkspaceBytes, stream.Handle);
            if (status != CublasLt.Success)
                throw CublasLt.Error(library.Device, status, "cublasLtMatmul", $"{library.Device}: {run.Plan.Describe(run.Sizes)}");
        }

        GC.KeepAlive(stream);
    }

    /// <summary>Timing waits, which a capture forbids, and writes D many times, which would add up where D is added to.</summary>
    private ProductAlgorithms Algorithms(CudaStream stream, nint addend) =>
        _tuned && addend == 0 && !stream.IsCapturing ? _library.TunedAlgorithms : _library.Algorithms;

    private ArgumentException Refused(in ProductSizes sizes) => new(
        $"cuBLASLt does not take {_plan.Describe(sizes)}, at these strides and addresses: expected what ProductPlan.Fits takes, given {sizes}; ask Fits before, and compute it otherwise",
        nameof(sizes));

    /// <summary>Sizes for which an algorithm was checked.</summary>
    private readonly record struct Memory(ProductSizes Sizes, uint Addresses, ProductAlgorithm Algorithm);
}
