using Evergraph.CustomOps;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>
/// unpad(gather(x))·w_rᵀ + b_r on devices. Overlapped, this rank's rows are multiplied at once, while copies bring the other ranks' rows, which
/// are multiplied as they arrive.
/// </summary>
internal sealed class ColumnParallel(PartProduct product, ShardKernels operands, ShardKernels results)
{
    /// <summary>Enqueues a call.</summary>
    public void Run(DeviceGroup group, in LinearCall call, FlashCommVariant variant)
    {
        var partition = new Partition(call.Tokens, group.Size);
        if (variant.Overlaps)
            Overlap(group, call, partition, variant);
        else
            InTurn(group, call, partition);
        if (call.Bias != 0 && !product.AddsBias)
        {
            int rows = (int)(call.Batches * call.Tokens);
            results.Finish(group.Streams.Main, new() { Result = call.Result, Bias = call.Bias, Outer = 1, Size = rows, Part = rows, Inner = (int)product.Shape.Features, Ranks = 1 });
        }
    }

    private void InTurn(DeviceGroup group, in LinearCall call, Partition partition)
    {
        var stream = group.Streams.Main;
        int buffer = group.Take();
        nint parts = group.BufferOf(group.Rank, buffer);
        long elements = call.Batches * partition.Part * product.Shape.Inputs;
        if (group.Nccl is { } nccl)
        {
            nccl.AllGather(stream, product.Shape.Operand, call.X, parts, elements);
        }
        else
        {
            operands.Push(stream, new()
            {
                Control = group.Control,
                X = call.X,
                Buffer = group.BufferAt(buffer),
                Outer = (int)call.Batches,
                Part = (int)partition.Part,
                Inner = (int)product.Shape.Inputs,
                Ranks = group.Size,
                Rank = group.Rank,
            });
            group.Meet(stream, buffer, call.Batches * call.Tokens, call.Node);
        }

        // Of one batch the parts without the last one's padding are the whole.
        if (call.Batches == 1)
        {
            Multiply(stream, call, partition, 0, 0, partition.Size, parts, 0);
            return;
        }

        for (int rank = 0; rank < group.Size; rank++)
            Multiply(stream, call, partition, rank, 0, partition.Count(rank), parts + (nint)(rank * elements * product.Shape.RowBytesOfX / product.Shape.Inputs), 0);
    }

    private void Overlap(DeviceGroup group, in LinearCall call, Partition partition, FlashCommVariant variant)
    {
        int ranks = group.Size, buffer = group.Take();
        var chunks = new RowChunks(partition, call.Batches, variant.Chunks, SymmetricLayout.Slots);
        long slot = call.Batches * partition.Part * product.Shape.RowBytesOfX, lane = call.LaneBytes;
        var streams = group.Streams;
        group.Begin(call.Batches * call.Tokens, call.Node);
        streams.Begin();

        // One after the other: sent side by side all rows would arrive at the end together.
        for (int step = 1; step < ranks; step++)
            Send(group, call, partition, (group.Rank + step) % ranks, streams.Copies, buffer, chunks, slot);
        Multiply(streams.Main, call, partition, group.Rank, 0, partition.Count(group.Rank), call.X, 0);
        for (int step = 1; step < ranks; step++)
        {
            int peer = (group.Rank + ranks - step) % ranks;
            nint arrived = group.BufferOf(group.Rank, buffer) + (nint)(peer * slot);
            for (int i = 0; i < chunks.Count; i++)
            {
                var (first, count) = chunks.Of(i, partition.Count(peer));
                int at = variant.LaneOf(((step - 1) * chunks.Count) + i + 1);
                var stream = streams.Lane(at);
                group.Exchange(stream, new() { Waits = 1ul << peer, Buffer = buffer, WaitSlot = i, Node = call.Node });
                Multiply(stream, call, partition, peer, first, count, arrived + (nint)(first * product.Shape.RowBytesOfX), at * lane);
            }
        }

        streams.Join();
    }

    private void Send(
        DeviceGroup group, in LinearCall call, Partition partition, int to, CudaStream stream, int buffer, RowChunks chunks, long slot)
    {
        nint place = group.BufferOf(to, buffer) + (nint)(group.Rank * slot);
        for (int i = 0; i < chunks.Count; i++)
        {
            var (first, count) = chunks.Of(i, partition.Part);
            nint at = (nint)(first * product.Shape.RowBytesOfX);
            stream.CopyOnDevice(place + at, call.X + at, call.Batches * count * product.Shape.RowBytesOfX);
            group.CopyFlag(stream, to, buffer, i);
        }
    }

    private void Multiply(CudaStream stream, in LinearCall call, Partition partition, int rank, long first, long rows, nint x, long workspace) =>
        product.Run(stream, new()
        {
            Rows = rows,
            Batches = call.Batches,
            X = x,
            RowsOfX = partition.Part,
            Result = call.Result + (nint)((partition.First(rank) + first) * product.Shape.RowBytesOfResult),
            RowsOfResult = partition.Size,
            Bias = product.AddsBias ? call.Bias : 0,
        }, call.Weight, call.Workspace + (nint)workspace);
}
