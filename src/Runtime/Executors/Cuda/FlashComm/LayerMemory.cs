using System.Runtime.InteropServices;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>
/// Memory of a layer's calls for measuring: operands, results and workspace. Numbers are drawn, because the power that products take depends on them.
/// </summary>
internal sealed class LayerMemory : IDisposable
{
    private const int BlockBytes = 16 << 20;

    private readonly LayerShape _shape;
    private readonly nint _weight;
    private readonly DeviceMemory _memory;

    /// <param name="device">Where.</param>
    /// <param name="stream">On which it is filled.</param>
    /// <param name="shape">The layer.</param>
    /// <param name="weight">Its weight; what it is multiplied with does not matter.</param>
    /// <param name="tokens">The most tokens of a call.</param>
    public LayerMemory(CudaDevice device, CudaStream stream, LayerShape shape, nint weight, long tokens)
    {
        (_shape, _weight) = (shape, weight);
        _memory = Drawn(device, stream, Bytes(shape, tokens), shape.IsQuantized);
    }

    /// <summary>How much a call takes.</summary>
    public static long Bytes(LayerShape shape, long tokens)
    {
        var (x, result) = Operands(shape, tokens);
        return x + result + shape.WorkspaceBytes(shape.RowsOfPart(tokens, 1)).Value;
    }

    /// <summary>Allocates and fills with 16-bit numbers of either sign and of sizes around 2⁻⁶ as bfloat16, or with integers of a byte.</summary>
    public static DeviceMemory Drawn(CudaDevice device, CudaStream stream, long bytes, bool isQuantized)
    {
        var memory = DeviceMemory.Allocate(device, bytes);
        int length = (int)Math.Min(BlockBytes, bytes);
        using var block = PinnedMemory.Allocate(device, length);
        var random = new Random(17);
        random.NextBytes(block.Span(0, length));
        if (!isQuantized)
        {
            foreach (ref ushort bits in MemoryMarshal.Cast<byte, ushort>(block.Span(0, length)))
                bits = (ushort)((bits & 0x81ff) | 0x3c00);
        }

        stream.CopyToDevice(memory.Address, block.Address, length);
        for (long done = length; done < bytes; done += length)
            stream.CopyOnDevice(memory.Address + (nint)done, memory.Address, Math.Min(length, bytes - done));
        stream.Synchronize();
        return memory;
    }

    /// <summary>A call with so many tokens.</summary>
    public LinearCall CallOf(long tokens)
    {
        var (x, result) = Operands(_shape, tokens);
        return new()
        {
            Node = -1,
            MayFuse = true,
            Tokens = tokens,
            Batches = 1,
            X = _memory.Address,
            Weight = _weight,
            Bias = 0,
            Result = _memory.Address + (nint)x,
            Workspace = _memory.Address + (nint)(x + result),
            LaneBytes = _shape.LaneBytes(_shape.RowsOfPart(tokens, 1)).Value,
        };
    }

    public void Dispose() => _memory.Dispose();

    private static (long X, long Result) Operands(LayerShape shape, long tokens)
    {
        long part = shape.RowsOfPart(tokens, 1).Value, x = (shape.IsRow ? tokens : part) * shape.RowBytesOfX, result = (shape.IsRow ? part : tokens) * shape.RowBytesOfResult;
        return (Alignment.Up(x, Alignment.Block), Alignment.Up(result, Alignment.Block));
    }
}
