using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>
/// Where this assembly's bindings find NVIDIA's libraries. The folder in <c>EVERGRAPH_CUDA_PATH</c> comes first where it is set, then the
/// loader's own search by name, then the usual folders of CUDA toolkits.
/// </summary>
internal static class CudaLibraries
{
    /// <summary>The driver's library.</summary>
    public const string Driver = "cuda";

    /// <summary>The compiler of kernels.</summary>
    public const string Nvrtc = "nvrtc";

    /// <summary>Matrix products.</summary>
    public const string CublasLt = "cublasLt";

    /// <summary>Collectives between devices.</summary>
    public const string Nccl = "nccl";

    /// <summary>The variable that names a folder to search before everything else.</summary>
    public const string PathVariable = "EVERGRAPH_CUDA_PATH";

    private static readonly ConcurrentDictionary<string, LibrarySearchResult> Found = [];
    private static readonly Lazy<bool> Installed = new(Install, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Why a library cannot be loaded, with all that was tried, or null where it is loaded.</summary>
    /// <param name="name"><see cref="Driver"/>, <see cref="Nvrtc"/>, <see cref="CublasLt"/> or <see cref="Nccl"/>.</param>
    public static string? WhyMissing(string name) => Find(name).Problem;

    /// <summary>Throws where a library cannot be loaded; a binding must not be called before.</summary>
    /// <exception cref="CudaUnavailableException">It cannot.</exception>
    public static void Require(string name)
    {
        if (WhyMissing(name) is { } problem)
            throw new CudaUnavailableException(problem);
    }

    /// <summary>Whether a library is there and exports a function.</summary>
    public static bool Has(string name, string function) => Find(name).Handle is not 0 and var handle && NativeLibrary.TryGetExport(handle, function, out _);

    /// <summary>Makes this assembly's bindings find the libraries. An assembly can have one resolver: other bindings of this assembly are left alone.</summary>
    public static void Use() => _ = Installed.Value;

    /// <summary>The file names under which a library is known, newest version first.</summary>
    public static string[] FileNames(string name) => (name, OperatingSystem.IsWindows()) switch
    {
        (Driver, false) => ["libcuda.so.1"],
        (Driver, true) => ["nvcuda.dll"],
        (Nvrtc, false) => ["libnvrtc.so.13", "libnvrtc.so.12"],
        (Nvrtc, true) => ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll"],
        (CublasLt, false) => ["libcublasLt.so.13", "libcublasLt.so.12"],
        (CublasLt, true) => ["cublasLt64_13.dll", "cublasLt64_12.dll"],
        (Nccl, false) => ["libnccl.so.2"],
        (Nccl, true) => ["nccl.dll"],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "expected cuda, nvrtc, cublasLt or nccl"),
    };

    private static LibrarySearchResult Find(string name) =>
        Found.GetOrAdd(name, static name => LibrarySearch.OfThisMachine().Find(FileNames(name)));

    private static bool Install()
    {
        NativeLibrary.SetDllImportResolver(typeof(CudaLibraries).Assembly, Resolve);
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name is Driver or Nvrtc or CublasLt or Nccl ? Find(name).Handle : 0;
}
