using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>The functions of NCCL that the backend uses.</summary>
internal static unsafe partial class Nccl
{
    public const int Success = 0;

    /// <summary>ncclSum.</summary>
    public const int Sum = 0;

    static Nccl() => CudaLibraries.Use();

    [LibraryImport(CudaLibraries.Nccl, EntryPoint = "ncclGetUniqueId")]
    public static partial int GetUniqueId(NcclUniqueId* id);

    [LibraryImport(CudaLibraries.Nccl, EntryPoint = "ncclCommInitRank")]
    public static partial int CommInitRank(nint* communicator, int ranks, NcclUniqueId id, int rank);

    [LibraryImport(CudaLibraries.Nccl, EntryPoint = "ncclCommAbort")]
    public static partial int CommAbort(nint communicator);

    [LibraryImport(CudaLibraries.Nccl, EntryPoint = "ncclCommDestroy")]
    public static partial int CommDestroy(nint communicator);

    [LibraryImport(CudaLibraries.Nccl, EntryPoint = "ncclAllReduce")]
    public static partial int AllReduce(nint from, nint to, nuint count, int type, int operation, nint communicator, nint stream);

    [LibraryImport(CudaLibraries.Nccl, EntryPoint = "ncclReduceScatter")]
    public static partial int ReduceScatter(nint from, nint to, nuint received, int type, int operation, nint communicator, nint stream);

    [LibraryImport(CudaLibraries.Nccl, EntryPoint = "ncclAllGather")]
    public static partial int AllGather(nint from, nint to, nuint sent, int type, nint communicator, nint stream);

    [LibraryImport(CudaLibraries.Nccl, EntryPoint = "ncclGetErrorString")]
    private static partial byte* GetErrorString(int status);

    /// <summary>NCCL's number for a type that it sums.</summary>
    public static int TypeOf(DType type) => type switch
    {
        DType.Int8 => 0,
        DType.UInt8 or DType.Bool => 1,
        DType.Int32 => 2,
        DType.Int64 => 4,
        DType.Float16 => 6,
        DType.Float32 => 7,
        DType.Float64 => 8,
        DType.BFloat16 => 9,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "expected a type of NCCL's"),
    };

    /// <summary>Does nothing on success.</summary>
    /// <exception cref="CudaException">The call failed.</exception>
    public static void Check(int status, string function)
    {
        if (status != Success)
            throw new CudaException(function, status, "ncclResult_t", Marshal.PtrToStringUTF8((nint)GetErrorString(status)) ?? "no description", "NCCL_DEBUG=INFO says more");
    }
}

/// <summary>ncclUniqueId: by which ranks find each other.</summary>
[InlineArray(128)]
internal struct NcclUniqueId
{
    private byte _first;
}
