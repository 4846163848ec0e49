using System.Runtime.InteropServices;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>Operands of a layer for measuring: numbers as they are drawn, because the power that products take depends on them.</summary>
internal sealed class LayerMemory : IDisposable
{
    private const int BlockBytes = 16 << 20;

    private readonly LayerShape _shape;
    private readonly DeviceMemory _weight;
    private readonly DeviceMemory _scales;
    private readonly DeviceMemory _call;

    /// <param name="device">Where.</param>
    /// <param name="stream">On which they are filled.</param>
    /// <param name="shape">The layer.</param>
    /// <param name="tokens">The most tokens of a call.</param>
    public LayerMemory(CudaDevice device, CudaStream stream, LayerShape shape, long tokens)
    {
        _shape = shape;
        _weight = DeviceMemory.Allocate(device, shape.Features * shape.RowBytesOfX);
        _scales = DeviceMemory.Allocate(device, shape.Features * sizeof(float));
        _call = DeviceMemory.Allocate(device, FlashCommCalibration.Bytes(shape, tokens));
        stream.Fill(_scales.Address, 0x3c, _scales.Bytes);
        Draw(device, stream, _weight, shape.IsQuantized);
        Draw(device, stream, _call, shape.IsQuantized);
    }

    /// <summary>The weight.</summary>
    public nint Weight => _weight.Address;

    /// <summary>The scales of a quantised layer.</summary>
    public QuantizedScales Scales => new(_scales.Address, 0, 0.01, 0);

    /// <summary>A call with so many tokens.</summary>
    public LinearCall CallOf(long tokens) => FlashCommCalibration.CallOf(_shape, tokens, Weight, _call.Address);

    public void Dispose()
    {
        _weight.Dispose();
        _scales.Dispose();
        _call.Dispose();
    }

    /// <summary>Fills memory with 16-bit numbers of either sign and of sizes around 2⁻⁶ as bfloat16, or with integers of a byte.</summary>
    internal static void Draw(CudaDevice device, CudaStream stream, DeviceMemory memory, bool isQuantized)
    {
        int length = (int)Math.Min(BlockBytes, memory.Bytes);
        using var block = PinnedMemory.Allocate(device, length);
        var random = new Random(17);
        random.NextBytes(block.Span(0, length));
        if (!isQuantized)
        {
            foreach (ref ushort bits in MemoryMarshal.Cast<byte, ushort>(block.Span(0, length)))
                bits = (ushort)((bits & 0x81ff) | 0x3c00);
        }

        stream.CopyToDevice(memory.Address, block.Address, length);
        for (long done = length; done < memory.Bytes; done += length)
            stream.CopyOnDevice(memory.Address + (nint)done, memory.Address, Math.Min(length, memory.Bytes - done));
        stream.Synchronize();
    }
}
