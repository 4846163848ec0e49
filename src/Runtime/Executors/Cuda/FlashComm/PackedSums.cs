using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>
/// Partial sums of W8A8 row layers on their way to the rank that sums them: ten bits a number and a scale for each 16 tokens of a feature, 10.6 bits where bfloat16 has
/// 16, and nearer to what the product was. The layout is that of <c>packed_sums.cuh</c>: records of 16 rows by 64 features.
/// </summary>
/// <param name="sum">The kernel of <see cref="Source"/>.</param>
internal sealed unsafe class PackedSums(CudaFunction sum)
{
    /// <summary>Rows of a record.</summary>
    public const int RecordRows = 16;

    /// <summary>Features of a record.</summary>
    public const int RecordFeatures = 64;

    /// <summary>Bytes of a record.</summary>
    public const int RecordBytes = 1360;

    /// <summary>From how many rows of a part on packing shortens it, and chunks end where records do.</summary>
    public const long LeastRows = 128;

    private const int Threads = 256;
    private const int MostBlocks = 1024;

    private static readonly string[] Files = ["prelude.cuh", "communication.cuh", "shard_arguments.cuh", "packed_sums.cuh", "sum_packed.cu"];

    /// <summary>The records of so many rows.</summary>
    public static long Records(long rows, long features) => (rows + RecordRows - 1) / RecordRows * (features / RecordFeatures);

    /// <summary>The bytes of so many rows.</summary>
    public static long Bytes(long rows, long features) => Records(rows, features) * RecordBytes;

    /// <summary>The kernel that sums what the ranks sent.</summary>
    /// <param name="result">The type of the result, and of this rank's own rows.</param>
    public static KernelSource Source(DType result) => new(
        "sum_packed", string.Concat(Files.Select(KernelResources.Read)), [$"-DSHARD_TYPE={CTypes.Of(result)}"]);

    /// <summary>
    /// This rank's part of the sum of what the ranks put into its buffer: its own rows as they are, the others' packed, each chunk once its flags are set.
    /// </summary>
    /// <param name="group">The ranks.</param>
    /// <param name="stream">Where.</param>
    /// <param name="arguments">The sizes, with the number of the buffer, the tokens, the node and the chunks.</param>
    public void Sum(DeviceGroup group, CudaStream stream, ShardArguments arguments)
    {
        long rows = (long)arguments.Outer * arguments.Part, records = arguments.Outer * Records(arguments.Part, arguments.Inner);
        arguments = arguments with { Control = group.Control, Fault = group.Fault, Buffer = group.BufferAt(arguments.BufferNumber), Items = rows * arguments.Inner };
        sum.Launch(stream, (uint)Math.Clamp((records + (Threads / 32) - 1) / (Threads / 32), 1, MostBlocks), 1, 1, Threads, 0, &arguments);
    }
}
