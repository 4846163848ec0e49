using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>The functions of NVRTC, the compiler of kernels. It needs no device. <see cref="CudaLibraries.Require"/> comes first.</summary>
internal static unsafe partial class Nvrtc
{
    /// <summary>Installs the search for libraries before the first call.</summary>
    static Nvrtc() => CudaLibraries.Use();

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcGetNumSupportedArchs")]
    public static partial int GetNumSupportedArchs(int* count);

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcGetSupportedArchs")]
    public static partial int GetSupportedArchs(int* architectures);

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcCreateProgram")]
    public static partial int CreateProgram(nint* program, byte* source, byte* name, int headers, byte** headerSources, byte** headerNames);

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcDestroyProgram")]
    public static partial int DestroyProgram(nint* program);

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcCompileProgram")]
    public static partial int CompileProgram(nint program, int count, byte** options);

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcGetProgramLogSize")]
    public static partial int GetProgramLogSize(nint program, nuint* bytes);

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcGetProgramLog")]
    public static partial int GetProgramLog(nint program, byte* log);

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcGetCUBINSize")]
    public static partial int GetCubinSize(nint program, nuint* bytes);

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcGetCUBIN")]
    public static partial int GetCubin(nint program, byte* cubin);

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcGetPTXSize")]
    public static partial int GetPtxSize(nint program, nuint* bytes);

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcGetPTX")]
    public static partial int GetPtx(nint program, byte* ptx);

    [LibraryImport(CudaLibraries.Nvrtc, EntryPoint = "nvrtcGetErrorString")]
    public static partial nint GetErrorString(int result);

    /// <summary>A result's name, such as <c>NVRTC_ERROR_COMPILATION</c>.</summary>
    public static string Name(int result) => Marshal.PtrToStringUTF8(GetErrorString(result)) ?? "";

    /// <summary>Does nothing on success.</summary>
    /// <exception cref="CudaException">The call failed.</exception>
    public static void Check(int result, string function)
    {
        if (result != 0)
            throw new CudaException(function, result, Name(result), "NVRTC refuses the call");
    }
}
