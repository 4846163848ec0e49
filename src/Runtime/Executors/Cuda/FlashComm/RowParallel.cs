using Evergraph.CustomOps;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Products.Int8;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>
/// Row-shard r of pad(Σ x_r·w_rᵀ + b) on devices. Overlapped, it is one of two. In a ring the rows of rank o begin at rank o + 1, whose product
/// goes to rank o + 2, which computes its own on top of it, and so on until rank o, whose product on top of what arrives is the sum over all: the
/// addition is the products' own, and sums are rounded once at each rank, as in NCCL's ring. With slots each rank's product for rank o goes
/// straight to o, which sums them after its own product: no product waits for another, for one pass more over the result. Rows of W8A8 layers may
/// travel as <see cref="PackedSums"/>, in a ring summed in float32 and packed anew at each rank.
/// </summary>
internal sealed class RowParallel(PartProduct product, ShardKernels shards, PackedSums? packed, FusedProduct? fused)
{
    /// <summary>Enqueues a call.</summary>
    public void Run(DeviceGroup group, in LinearCall call, FlashCommVariant variant)
    {
        var partition = new Partition(call.Tokens, group.Size);
        switch (variant.Way)
        {
            case FlashCommWay.InTurn:
                InTurn(group, call, partition);
                break;
            case FlashCommWay.Fused when ScheduleOf(group, call, partition, variant) is { } schedule:
                Fused(group, call, partition, schedule);
                break;
            case FlashCommWay.Slots or FlashCommWay.SlotCopies or FlashCommWay.Fused:
                Slots(group, call, partition, variant);
                break;
            default:
                Ring(group, call, partition, variant);
                break;
        }
    }

    private void InTurn(DeviceGroup group, in LinearCall call, Partition partition)
    {
        var stream = group.Streams.Main;
        int buffer = group.Take();
        nint parts = group.BufferOf(group.Rank, buffer);
        long part = call.Batches * partition.Part * product.Shape.RowBytesOfResult;

        // Of one batch the parts are the rows as they are.
        int products = call.Batches == 1 ? 1 : group.Size;
        for (int owner = 0; owner < products; owner++)
        {
            product.Run(stream, new()
            {
                Rows = products == 1 ? partition.Size : partition.Count(owner),
                Batches = call.Batches,
                X = call.X + (nint)(partition.First(owner) * product.Shape.RowBytesOfX),
                RowsOfX = partition.Size,
                Result = parts + (nint)(owner * part),
                RowsOfResult = partition.Part,
            }, call.Weight, call.Workspace);
        }

        var arguments = Arguments(group, call, partition);
        if (group.Nccl is { } nccl)
        {
            nccl.ReduceScatter(stream, product.Shape.Result, parts, call.Result, call.Batches * partition.Part * product.Shape.Features);
            shards.Finish(stream, arguments);
            return;
        }

        shards.Reduce(group, stream, arguments with { BufferNumber = buffer });
    }

    /// <summary>
    /// The other ranks' rows first, the next one's at first, each into this rank's slot at their owner; then this rank's own, and the sum of what has
    /// arrived. Products run side by side, but for one product after another there and here, of which the first is told at once.
    /// </summary>
    private void Slots(DeviceGroup group, in LinearCall call, Partition partition, FlashCommVariant variant)
    {
        int ranks = group.Size, buffer = group.Take();
        var chunks = new RowChunks(partition, call.Batches, variant.Chunks, SymmetricLayout.Slots);
        long slot = call.Batches * partition.Part * product.Shape.RowBytesOfResult;
        nint outgoing = call.Workspace + (nint)(OverlapStreams.Lanes * call.LaneBytes);
        var streams = group.Streams;
        bool packs = Packs(group, partition, variant);
        bool copies = variant.Way == FlashCommWay.SlotCopies, isSingle = chunks.Count == 1 && ranks == 2 && !copies;
        if (!isSingle)
            group.Begin(call.Batches * call.Tokens, call.Node);
        streams.Begin();
        for (int step = 1; step <= ranks; step++)
        {
            int owner = (group.Rank + step) % ranks;
            for (int i = 0; i < chunks.Count; i++)
            {
                int turn = ((step - 1) * chunks.Count) + i, lane = isSingle ? 0 : variant.LaneOf(turn);
                var (first, count) = chunks.Of(i, partition.Count(owner));
                bool isOwn = step == ranks;
                nint at = (nint)Bytes(first, packs && !isOwn), there = (nint)(group.Rank * slot) + at;
                nint leaving = outgoing + (nint)((step - 1) * slot) + at;
                product.Run(streams.Lane(lane), new()
                {
                    Rows = count,
                    Batches = call.Batches,
                    X = call.X + (nint)((partition.First(owner) + first) * product.Shape.RowBytesOfX),
                    RowsOfX = partition.Size,
                    Result = copies && !isOwn ? leaving : group.BufferOf(owner, buffer) + there,
                    RowsOfResult = partition.Part,
                    PacksResult = packs && !isOwn,
                }, call.Weight, call.Workspace + (nint)(lane * call.LaneBytes));
                if (isOwn)
                    continue;
                if (copies)
                {
                    Copy(group, streams.Lane(lane), owner, buffer, i, leaving, there, call.Batches == 1 ? Bytes(count, packs) : call.Batches * Bytes(partition.Part, packs));
                    continue;
                }

                group.Exchange(streams.Lane(lane), new()
                {
                    Begins = isSingle ? 1 : 0,
                    Tokens = DeviceGroup.TokenWord(call.Batches * call.Tokens),
                    Signals = 1ul << owner,
                    Buffer = buffer,
                    SignalSlot = i,
                    Node = call.Node,
                });
            }
        }

        streams.Join();
        var arguments = Arguments(group, call, partition) with { BufferNumber = buffer, Slots = chunks.Count, SlotRows = (int)chunks.Rows };
        if (packs)
            packed!.Sum(group, streams.Main, arguments);
        else
            shards.SumSlots(group, streams.Main, arguments);
    }

    /// <summary>How the rows of a call are cut that goes in one kernel, or null where it cannot; the same on every rank.</summary>
    private Int8Schedule? ScheduleOf(DeviceGroup group, in LinearCall call, Partition partition, FlashCommVariant variant) =>
        fused is not null && group.FusedMultiprocessors > 0 && call is { Batches: 1, MayFuse: true } && Packs(group, partition, variant)
            ? FusedProduct.ScheduleOf(group.FusedMultiprocessors, partition, product.Shape.Features) : null;

    private void Fused(DeviceGroup group, in LinearCall call, Partition partition, in Int8Schedule schedule)
    {
        fused!.Run(group, call, partition, schedule, group.Take());
        if (partition.Count(group.Rank) < partition.Part)
            shards.Finish(group.Streams.Main, Arguments(group, call, partition) with { Bias = 0 });
    }

    private void Ring(DeviceGroup group, in LinearCall call, Partition partition, FlashCommVariant variant)
    {
        int ranks = group.Size, next = (group.Rank + 1) % ranks, previous = (group.Rank + ranks - 1) % ranks, buffer = group.Take();

        // Each of the other ranks' parts arrives from the same neighbour, with flags of its own.
        var chunks = new RowChunks(partition, call.Batches, variant.Chunks, SymmetricLayout.Slots / (ranks - 1));
        long slot = call.Batches * partition.Part * product.Shape.RowBytesOfResult, lane = call.LaneBytes;
        nint outgoing = call.Workspace + (nint)(OverlapStreams.Lanes * lane);
        var streams = group.Streams;
        bool copies = variant.Way == FlashCommWay.Copies, packs = Packs(group, partition, variant);

        // A single chunk begins, tells and waits between two products, by one kernel.
        bool isSingle = chunks.Count == 1 && !copies;
        if (!isSingle)
            group.Begin(call.Batches * call.Tokens, call.Node);
        streams.Begin();
        for (int step = 0; step < ranks; step++)
        {
            int owner = (group.Rank + ranks - 1 - step + ranks) % ranks;
            bool isOwn = step == ranks - 1;
            for (int i = 0; i < chunks.Count; i++)
            {
                var (first, count) = chunks.Of(i, partition.Count(owner));
                nint at = (nint)Bytes(first, packs), arrived = (nint)((step - 1) * slot) + at, leaving = (nint)(step * slot) + at;
                var stream = streams.Lane(isSingle ? 0 : (step * chunks.Count) + i);
                if (step > 0 && !isSingle)
                    group.Exchange(stream, Wait(previous, buffer, ((step - 1) * chunks.Count) + i, call.Node));
                product.Run(stream, new()
                {
                    Rows = count,
                    Batches = call.Batches,
                    X = call.X + (nint)((partition.First(owner) + first) * product.Shape.RowBytesOfX),
                    RowsOfX = partition.Size,
                    Result = isOwn ? call.Result + (nint)Bytes(first, packed: false) : copies ? outgoing + leaving : group.BufferOf(next, buffer) + leaving,
                    RowsOfResult = partition.Part,
                    PacksResult = packs && !isOwn,
                    HasPackedAddend = packs && step > 0,
                    Addend = step == 0 ? 0 : group.BufferOf(group.Rank, buffer) + arrived,
                    Bias = isOwn && product.AddsBias ? call.Bias : 0,
                }, call.Weight, call.Workspace + (nint)(((step * chunks.Count) + i) % OverlapStreams.Lanes * lane));
                if (isOwn)
                    continue;
                if (copies)
                    Copy(group, stream, next, buffer, (step * chunks.Count) + i, outgoing + leaving, leaving, call.Batches == 1 ? Bytes(count, packs) : call.Batches * Bytes(partition.Part, packs));
                else if (isSingle)
                    group.Exchange(stream, Turn(previous, next, buffer, step, call));
                else
                    group.Exchange(stream, new() { Signals = 1ul << next, Buffer = buffer, SignalSlot = (step * chunks.Count) + i, Node = call.Node });
            }
        }

        streams.Join();
        if ((call.Bias != 0 && !product.AddsBias) || partition.Count(group.Rank) < partition.Part)
            shards.Finish(streams.Main, Arguments(group, call, partition) with { Bias = product.AddsBias ? 0 : call.Bias });
    }

    /// <summary>Whether the rows of a call travel packed, the same on every rank.</summary>
    private bool Packs(DeviceGroup group, Partition partition, FlashCommVariant variant) =>
        variant.IsPacked && packed is not null && group.PacksSums && partition.Part >= PackedSums.LeastRows;

    private long Bytes(long rows, bool packed) => packed ? PackedSums.Bytes(rows, product.Shape.Features) : rows * product.Shape.RowBytesOfResult;

    /// <summary>Sends rows once they are computed; products of the lane go on.</summary>
    private static void Copy(DeviceGroup group, CudaStream lane, int to, int buffer, int slot, nint from, nint at, long bytes)
    {
        var stream = group.Streams.Copies;
        group.Streams.Follow(stream, lane);
        stream.CopyOnDevice(group.BufferOf(to, buffer) + at, from, bytes);
        group.CopyFlag(stream, to, buffer, slot);
    }

    private static ExchangeArguments Wait(int from, int buffer, int slot, int node) => new() { Waits = 1ul << from, Buffer = buffer, WaitSlot = slot, Node = node };

    private static ExchangeArguments Turn(int from, int to, int buffer, int step, in LinearCall call) => new()
    {
        Begins = step == 0 ? 1 : 0,
        Tokens = DeviceGroup.TokenWord(call.Batches * call.Tokens),
        Signals = 1ul << to,
        Waits = 1ul << from,
        Buffer = buffer,
        SignalSlot = step,
        WaitSlot = step,
        Node = call.Node,
    };

    private ShardArguments Arguments(DeviceGroup group, in LinearCall call, Partition partition) => new()
    {
        Control = group.Control,
        Bias = call.Bias,
        Result = call.Result,
        Outer = (int)call.Batches,
        Size = (int)partition.Size,
        Part = (int)partition.Part,
        Inner = (int)product.Shape.Features,
        Ranks = group.Size,
        Rank = group.Rank,
        Tokens = DeviceGroup.TokenWord(call.Batches * call.Tokens),
        Node = call.Node,
    };
}
