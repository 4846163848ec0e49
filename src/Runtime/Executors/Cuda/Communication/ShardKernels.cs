using System.Globalization;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Communication;

/// <summary>The kernels that cut, join and sum token shards of one element type, for elements one by one and for groups of 16 bytes.</summary>
internal sealed unsafe class ShardKernels
{
    private const int Threads = 256;

    // Enough to fill a device; each thread takes several groups.
    private const int MostBlocks = 1024;

    // One block sums a group for each of its threads in less time than a launch takes; of four each it is slower (seen on an H200).
    private const int OneBlockThreads = 1024, MostOfOneBlock = OneBlockThreads;

    // In the order of Kernel.
    private static readonly string[] Names = ["reduce_shards", "push_part", "join_parts", "split_parts", "finish_part", "meet_and_reduce", "sum_slots"];

    private readonly CudaFunction[] _single;
    private readonly CudaFunction[] _grouped;
    private readonly int _group;

    private enum Kernel
    {
        Reduce,
        Push,
        Join,
        Split,
        Finish,
        MeetAndReduce,
        SumSlots,
    }

    /// <summary>Takes the compiled kernels of <see cref="Sources"/>, in order.</summary>
    public ShardKernels(DType type, ReadOnlySpan<CudaFunction> functions)
    {
        _single = functions[..Names.Length].ToArray();
        _grouped = functions[Names.Length..].ToArray();
        _group = GroupOf(type);
    }

    /// <summary>The kernels for an element type.</summary>
    public static IReadOnlyList<KernelSource> Sources(DType type) =>
    [
        .. Names.Select(name => Source(name, type, 1)),
        .. Names.Select(name => Source(name, type, GroupOf(type))),
    ];

    /// <summary>Meets the other ranks, then this rank's part of the sum of what lies in all ranks' buffers.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="stream">Where.</param>
    /// <param name="arguments">The sizes, with the number of the buffer, the tokens and the node.</param>
    public void Reduce(DeviceGroup group, CudaStream stream, ShardArguments arguments)
    {
        arguments = arguments with { Control = group.Control, Fault = group.Fault, Buffer = group.BufferAt(arguments.BufferNumber) };
        long items = PartItems(arguments);
        bool isGrouped = IsGrouped(arguments, arguments.Result | arguments.Bias);
        if (items > 0 && items <= (isGrouped ? (long)MostOfOneBlock * _group : MostOfOneBlock))
        {
            Launch(stream, Kernel.MeetAndReduce, arguments, isGrouped, items, (1, 1), OneBlockThreads);
            return;
        }

        group.Meet(stream, arguments.BufferNumber, arguments.Tokens, arguments.Node);
        Launch(stream, Kernel.Reduce, arguments, arguments.Result | arguments.Bias, items);
    }

    /// <summary><c>sum_slots</c>: this rank's part of the sum of what the ranks put into its buffer, each slot once its flag is set.</summary>
    public void SumSlots(DeviceGroup group, CudaStream stream, ShardArguments arguments)
    {
        arguments = arguments with { Control = group.Control, Fault = group.Fault, Buffer = group.BufferAt(arguments.BufferNumber) };

        // A rank without rows waits too, so that it knows that the others have begun.
        long items = PartItems(arguments);
        Launch(stream, Kernel.SumSlots, arguments, IsGrouped(arguments, arguments.Result | arguments.Bias), items, (BlocksOf(Math.Max(items / _group, 1)), 1), Threads);
    }

    /// <summary><c>push_part</c>: this rank's part into its place in every rank's buffer.</summary>
    public void Push(CudaStream stream, ShardArguments arguments) => Launch(stream, Kernel.Push, arguments, arguments.X, PartItems(arguments), (uint)arguments.Ranks);

    /// <summary><c>join_parts</c>: the whole tensor from the parts in this rank's buffer.</summary>
    public void Join(CudaStream stream, ShardArguments arguments) => Launch(stream, Kernel.Join, arguments, arguments.Result, (long)arguments.Outer * arguments.Size * arguments.Inner);

    /// <summary><c>split_parts</c>: so many parts of a tensor, from this rank's on.</summary>
    public void Split(CudaStream stream, ShardArguments arguments, int parts) => Launch(stream, Kernel.Split, arguments, arguments.X | arguments.Result, PartItems(arguments) * parts);

    /// <summary><c>finish_part</c>: bias and padding of this rank's part, in place.</summary>
    public void Finish(CudaStream stream, ShardArguments arguments) => Launch(stream, Kernel.Finish, arguments, arguments.Result | arguments.Bias, PartItems(arguments));

    private static int GroupOf(DType type) => 16 / type.Size();

    private static long PartItems(in ShardArguments arguments) => (long)arguments.Outer * arguments.Part * arguments.Inner;

    private static uint BlocksOf(long items) => (uint)Math.Min((items + Threads - 1) / Threads, MostBlocks);

    private bool IsGrouped(in ShardArguments arguments, nint addresses) => arguments.Inner % _group == 0 && (addresses & 15) == 0;

    private void Launch(CudaStream stream, Kernel kernel, ShardArguments arguments, nint addresses, long items, uint peers = 1)
    {
        bool isGrouped = IsGrouped(arguments, addresses);
        long threads = isGrouped ? items / _group : items;
        if (items > 0)
            Launch(stream, kernel, arguments, isGrouped, items, (BlocksOf(threads), peers), Threads);
    }

    private void Launch(CudaStream stream, Kernel kernel, ShardArguments arguments, bool isGrouped, long items, (uint X, uint Y) grid, uint threads)
    {
        if (isGrouped)
            arguments.Inner /= _group;
        arguments.Items = isGrouped ? items / _group : items;
        (isGrouped ? _grouped : _single)[(int)kernel].Launch(stream, grid.X, grid.Y, 1, threads, 0, &arguments);
    }

    private static KernelSource Source(string name, DType type, int group)
    {
        string text = string.Concat(KernelResources.Read("prelude.cuh"), KernelResources.Read("communication.cuh"), KernelResources.Read("shard_arguments.cuh"), KernelResources.Read("shards.cu"));
        return new(name, text, [$"-DSHARD_TYPE={CTypes.Of(type)}", string.Create(CultureInfo.InvariantCulture, $"-DSHARD_VECTOR={group}")]);
    }
}
