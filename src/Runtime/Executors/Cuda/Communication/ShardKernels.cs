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

    private static readonly string[] Names = ["reduce_shards", "push_part", "join_parts", "split_parts", "finish_part"];

    private readonly CudaFunction[] _single;
    private readonly CudaFunction[] _grouped;
    private readonly int _group;
    private readonly int _element;

    /// <summary>Takes the compiled kernels of <see cref="Sources"/>, in order.</summary>
    public ShardKernels(DType type, ReadOnlySpan<CudaFunction> functions)
    {
        _single = functions[..Names.Length].ToArray();
        _grouped = functions[Names.Length..].ToArray();
        _element = type.Size();
        _group = 16 / _element;
    }

    /// <summary>The kernels for an element type.</summary>
    public static IReadOnlyList<KernelSource> Sources(DType type) =>
    [
        .. Names.Select(name => Source(name, type, 1)),
        .. Names.Select(name => Source(name, type, 16 / type.Size())),
    ];

    /// <summary><c>reduce_shards</c>: this rank's part of the sum of what lies in all ranks' buffers.</summary>
    public void Reduce(CudaStream stream, ShardArguments arguments) => Launch(stream, 0, arguments, arguments.Result | arguments.Bias, PartItems(arguments));

    /// <summary><c>push_part</c>: this rank's part into its place in every rank's buffer.</summary>
    public void Push(CudaStream stream, ShardArguments arguments) => Launch(stream, 1, arguments, arguments.X, PartItems(arguments), (uint)arguments.Ranks);

    /// <summary><c>join_parts</c>: the whole tensor from the parts in this rank's buffer.</summary>
    public void Join(CudaStream stream, ShardArguments arguments) => Launch(stream, 2, arguments, arguments.Result, (long)arguments.Outer * arguments.Size * arguments.Inner);

    /// <summary><c>split_parts</c>: so many parts of a tensor, from this rank's on.</summary>
    public void Split(CudaStream stream, ShardArguments arguments, int parts) => Launch(stream, 3, arguments, arguments.X | arguments.Result, PartItems(arguments) * parts);

    /// <summary><c>finish_part</c>: bias and padding of this rank's part, in place.</summary>
    public void Finish(CudaStream stream, ShardArguments arguments) => Launch(stream, 4, arguments, arguments.Result | arguments.Bias, PartItems(arguments));

    private static long PartItems(in ShardArguments arguments) => (long)arguments.Outer * arguments.Part * arguments.Inner;

    private void Launch(CudaStream stream, int kernel, ShardArguments arguments, nint addresses, long items, uint peers = 1)
    {
        bool isGrouped = arguments.Inner % _group == 0 && (addresses & 15) == 0;
        if (isGrouped)
        {
            arguments.Inner /= _group;
            items /= _group;
        }

        arguments.Items = items;
        if (items == 0)
            return;
        uint blocks = (uint)Math.Min((items + Threads - 1) / Threads, MostBlocks);
        (isGrouped ? _grouped : _single)[kernel].Launch(stream, blocks, peers, 1, Threads, 0, &arguments);
    }

    private static KernelSource Source(string name, DType type, int group)
    {
        string text = string.Concat(KernelResources.Read("prelude.cuh"), KernelResources.Read("communication.cuh"), KernelResources.Read("shards.cu"));
        return new(name, text, [$"-DSHARD_TYPE={CTypes.Of(type)}", string.Create(CultureInfo.InvariantCulture, $"-DSHARD_VECTOR={group}")]);
    }
}
