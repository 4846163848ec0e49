using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Running;

namespace Evergraph.Runtime.Cuda;

/// <summary>
/// A dense row-major tensor in a GPU's memory, for runs whose inputs and outputs stay there. Disposing it gives the memory back at once; otherwise
/// the garbage collector does in time.
/// </summary>
public sealed class DeviceTensor : IDisposable
{
    private OutputTransfer? _transfer;

    internal DeviceTensor(DeviceBlock block, Tensor tensor, OutputTransfer? transfer)
    {
        Block = block;
        Tensor = tensor;
        _transfer = transfer;
    }

    /// <summary>The memory.</summary>
    internal DeviceBlock Block { get; }

    /// <summary>The tensor as runs take it: its numbers cannot be read here.</summary>
    internal Tensor Tensor { get; }

    /// <summary>The element type.</summary>
    public DType DType => Tensor.DType;

    /// <summary>The sizes.</summary>
    public ReadOnlySpan<long> Sizes => Tensor.Sizes;

    /// <summary>The device's number.</summary>
    public int Device => Block.Device.Ordinal;

    /// <summary>The address of the first element, for code that launches kernels of its own; valid until this is disposed.</summary>
    public nint Address => Block.Address;

    /// <summary>Copies a tensor to a device.</summary>
    /// <param name="tensor">The tensor, on the host.</param>
    /// <param name="device">The device's number.</param>
    /// <exception cref="CudaUnavailableException">There is no such device.</exception>
    /// <exception cref="CudaOutOfMemoryException">It has not so much memory.</exception>
    public static DeviceTensor From(Tensor tensor, int device = 0)
    {
        var owner = CudaDevice.Open(device);
        long bytes = tensor.ByteCount;
        var copy = Allocate(owner, tensor.DType, tensor.Sizes, null);
        using var stream = CudaStream.Create(owner);
        using var pinned = tensor.Storage.Pin();
        copy.Block.Await(stream);
        stream.CopyToDevice(copy.Address, pinned.Pointer + (nint)tensor.ByteOffset, bytes);
        stream.Synchronize();
        return copy;
    }

    /// <summary>Waits for the run that computes the tensor and copies it to the host.</summary>
    /// <exception cref="KernelException">The run that computed it failed.</exception>
    /// <exception cref="DeviceRunException">A kernel failed, and with it the device.</exception>
    public Tensor ToTensor()
    {
        Wait();
        var copy = Tensor.Empty(DType, Sizes);
        using var stream = CudaStream.Create(Block.Device);
        using var pinned = copy.Storage.Pin();
        stream.CopyToHost(pinned.Pointer, Address, copy.ByteCount);
        stream.Synchronize();
        return copy;
    }

    /// <summary>Waits for the run that computes the tensor.</summary>
    /// <exception cref="KernelException">The run failed.</exception>
    /// <exception cref="DeviceRunException">A kernel failed, and with it the device.</exception>
    public void Wait()
    {
        _transfer?.Wait();

        // A run that failed is asked again each time; one that did not fail need not be kept, nor its other results through it.
        _transfer = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Block.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"{Tensor.Type} on {Block.Device}";

    internal static DeviceTensor Allocate(CudaDevice device, DType dtype, ReadOnlySpan<long> sizes, OutputTransfer? transfer)
    {
        long bytes = dtype.Size();
        foreach (long size in sizes)
            bytes *= size;
        var block = DeviceBlock.Rent(device, bytes);
        return new(block, new(dtype, sizes.ToArray(), Storage.Remote(bytes, block)), transfer);
    }
}
