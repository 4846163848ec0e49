using System.Buffers;
using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Saving;

/// <summary>The numbers of a tensor as memory, where they are: so a model is written without a second copy of its weights.</summary>
internal sealed unsafe class StorageMemory(Tensor tensor) : MemoryManager<byte>
{
    private readonly PinnedStorage _pin = tensor.Storage.Pin();
    private readonly int _length = checked((int)tensor.ByteCount);

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(Address, _length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(Address + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _pin.Dispose();

    private byte* Address => (byte*)_pin.Pointer + tensor.ByteOffset;
}
