using System.Runtime.InteropServices;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>The functions of cuBLASLt that products use. <see cref="CudaLibraries.Require"/> comes first, and a current context.</summary>
internal static unsafe partial class CublasLt
{
    public const int Success = 0;
    public const int NotSupported = 15;

    private static readonly Lazy<Task> Loading = new(
        static () => Task.Run(static () =>
        {
            using var phase = Telemetry.Phase("evergraph.cuda.cublaslt");
            _ = CudaLibraries.WhyMissing(CudaLibraries.CublasLt);
        }),
        LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Installs the search for libraries before the first call.</summary>
    static CublasLt() => CudaLibraries.Use();

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtCreate")]
    public static partial int Create(nint* handle);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtGetVersion")]
    public static partial nuint GetVersion();

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtGetStatusName")]
    private static partial nint GetStatusName(int status);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtGetStatusString")]
    private static partial nint GetStatusString(int status);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatmulDescCreate")]
    public static partial int MatmulDescCreate(nint* matmul, int computeType, int scaleType);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatmulDescDestroy")]
    public static partial int MatmulDescDestroy(nint matmul);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatmulDescSetAttribute")]
    public static partial int MatmulDescSetAttribute(nint matmul, int attribute, void* value, nuint bytes);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatrixLayoutCreate")]
    public static partial int MatrixLayoutCreate(nint* layout, int type, ulong rows, ulong columns, long leadingDimension);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatrixLayoutDestroy")]
    public static partial int MatrixLayoutDestroy(nint layout);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatrixLayoutSetAttribute")]
    public static partial int MatrixLayoutSetAttribute(nint layout, int attribute, void* value, nuint bytes);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatmulPreferenceCreate")]
    public static partial int MatmulPreferenceCreate(nint* preference);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatmulPreferenceDestroy")]
    public static partial int MatmulPreferenceDestroy(nint preference);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatmulPreferenceSetAttribute")]
    public static partial int MatmulPreferenceSetAttribute(nint preference, int attribute, void* value, nuint bytes);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatmulAlgoGetHeuristic")]
    public static partial int MatmulAlgoGetHeuristic(
        nint handle, nint matmul, nint a, nint b, nint c, nint d, nint preference, int requested, CublasLtHeuristicResult* results, int* returned);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatmulAlgoCheck")]
    public static partial int MatmulAlgoCheck(
        nint handle, nint matmul, nint a, nint b, nint c, nint d, CublasLtAlgorithm* algorithm, CublasLtHeuristicResult* result);

    [LibraryImport(CudaLibraries.CublasLt, EntryPoint = "cublasLtMatmul")]
    public static partial int Matmul(
        nint handle, nint matmul, void* alpha, nint a, nint layoutA, nint b, nint layoutB, void* beta, nint c, nint layoutC, nint d, nint layoutD,
        CublasLtAlgorithm* algorithm, nint workspace, nuint workspaceBytes, nint stream);

    /// <summary>Begins to load the library, which is large, on another thread. Where it cannot be loaded the first product says so.</summary>
    /// <returns>Done when it is loaded, or known not to be there.</returns>
    public static Task Preload() => Loading.Value;

    /// <summary>Does nothing on success.</summary>
    /// <param name="device">Where the call worked: a lost device is reported as such, because cuBLASLt's own status does not tell it.</param>
    /// <param name="status">What the function returned.</param>
    /// <param name="function">The function.</param>
    /// <exception cref="CudaException">The call failed.</exception>
    public static void Check(CudaDevice device, int status, string function)
    {
        if (status != Success)
            throw Error(device, status, function, null);
    }

    /// <summary>The error of a call that failed.</summary>
    public static CudaException Error(CudaDevice device, int status, string function, string? detail)
    {
        _ = device.Memory();
        return new(function, status, Read(GetStatusName(status)), Read(GetStatusString(status)), detail);
    }

    private static string Read(nint text) => Marshal.PtrToStringUTF8(text) ?? "";
}
