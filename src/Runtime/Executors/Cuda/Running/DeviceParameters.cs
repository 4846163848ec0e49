using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>A rank's parameters on its device, in one block: uploaded once. Those that runs overwrite are overwritten here.</summary>
internal sealed class DeviceParameters : IDisposable
{
    // Two blocks of this size: one is filled by the host while the other is copied.
    private const int ChunkBytes = 8 << 20;

    private readonly DeviceMemory _memory;

    /// <summary>Uploads.</summary>
    /// <param name="tensors">What the rank has of each parameter.</param>
    /// <param name="device">Where to.</param>
    /// <param name="stream">On which the copies run; what follows on it sees them.</param>
    /// <param name="pool">Gives the memory that is copied from.</param>
    public DeviceParameters(IReadOnlyList<Tensor> tensors, CudaDevice device, CudaStream stream, PinnedPool pool)
    {
        var offsets = new long[tensors.Count];
        long end = 0;

        // Tied weights are one tensor and lie here once.
        var known = new Dictionary<(Storage, long), int>();
        for (int i = 0; i < offsets.Length; i++)
        {
            if (known.TryGetValue((tensors[i].Storage, tensors[i].ByteOffset), out int same) && tensors[same].Elements == tensors[i].Elements && tensors[same].DType == tensors[i].DType)
            {
                offsets[i] = offsets[same];
                continue;
            }

            known[(tensors[i].Storage, tensors[i].ByteOffset)] = i;
            offsets[i] = end;
            end += Alignment.Up(tensors[i].ByteCount, Alignment.Block);
        }

        Bytes = end;
        _memory = DeviceBlock.Allocate(device, end);
        Addresses = [.. offsets.Select(offset => _memory.Address + (nint)offset)];
        Upload(tensors, known.Values, device, stream, pool);
    }

    /// <summary>Bytes on the device.</summary>
    public long Bytes { get; }

    /// <summary>Where each parameter lies.</summary>
    public nint[] Addresses { get; }

    public void Dispose() => _memory.Dispose();

    private void Upload(IReadOnlyList<Tensor> tensors, IEnumerable<int> distinct, CudaDevice device, CudaStream stream, PinnedPool pool)
    {
        PinnedMemory[] blocks = [pool.Rent(ChunkBytes), pool.Rent(ChunkBytes)];
        using CudaEvent first = CudaEvent.Create(device, timing: false), second = CudaEvent.Create(device, timing: false);
        CudaEvent[] copied = [first, second];
        int turn = 0;
        foreach (int i in distinct)
        {
            long bytes = tensors[i].ByteCount;
            for (long done = 0; done < bytes; done += ChunkBytes)
            {
                int length = (int)Math.Min(ChunkBytes, bytes - done);
                var block = blocks[turn % 2];
                if (turn >= 2)
                    copied[turn % 2].Synchronize();
                Copy(tensors[i].Storage, tensors[i].ByteOffset + done, block, length);
                stream.CopyToDevice(Addresses[i] + (nint)done, block.Address, length);
                stream.Record(copied[turn % 2]);
                turn++;
            }
        }

        stream.Synchronize();
        pool.Return(blocks[0]);
        pool.Return(blocks[1]);
    }

    /// <summary>A mapped file is read from the disk here: several threads bring it in faster than one.</summary>
    private static void Copy(Storage storage, long offset, PinnedMemory block, int length)
    {
        const int PieceBytes = 1 << 20;
        int pieces = (length + PieceBytes - 1) / PieceBytes;
        Parallel.For(0, pieces, piece =>
        {
            int start = piece * PieceBytes, count = Math.Min(PieceBytes, length - start);
            storage.CopyTo(offset + start, block.Span(start, count));
        });
    }
}
