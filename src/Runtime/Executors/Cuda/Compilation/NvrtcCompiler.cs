using System.Security.Cryptography;
using System.Text;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Compilation;

/// <summary>Compiles kernels with NVRTC. Needs no device. Thread-safe.</summary>
internal static unsafe class NvrtcCompiler
{
    private static readonly Lazy<int[]> Supported = new(AskSupported, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Why kernels cannot be compiled on this machine, or null where they can.</summary>
    public static string? WhyUnavailable() => CudaLibraries.WhyMissing(CudaLibraries.Nvrtc) is { } problem ? new CudaUnavailableException(problem).Message : null;

    /// <summary>Compiles a kernel.</summary>
    /// <param name="source">The kernel.</param>
    /// <param name="architecture">What it is to run on, such as <c>sm_90a</c>.</param>
    /// <returns>A CUBIN; or PTX that ends with a zero, where NVRTC is older than the architecture.</returns>
    /// <exception cref="CudaUnavailableException">There is no NVRTC, or it no longer knows the architecture.</exception>
    /// <exception cref="KernelCompilationException">NVRTC refuses the source.</exception>
    public static byte[] Compile(KernelSource source, string architecture)
    {
        CudaLibraries.Require(CudaLibraries.Nvrtc);
        var target = CompilationTarget.Nearest(architecture, Supported.Value) ?? throw new CudaUnavailableException(
            $"NVRTC no longer compiles for {architecture}: expected one of {string.Join(", ", Supported.Value)} or later; install a CUDA toolkit that still has it");
        nint program;
        fixed (byte* text = ZeroEnded(source.Text), name = ZeroEnded($"{source.Name}.cu"))
            Nvrtc.Check(Nvrtc.CreateProgram(&program, text, name, 0, null, null), "nvrtcCreateProgram");
        try
        {
            int result = CompileProgram(program, [$"--gpu-architecture={target.Name}", "-default-device", "--std=c++17", .. source.Options]);
            if (result != 0)
                throw Error(source, target, Nvrtc.Name(result), Log(program));
            return target.IsPtx ? Ptx(program) : Cubin(program);
        }
        finally
        {
            _ = Nvrtc.DestroyProgram(&program);
        }
    }

    private static int CompileProgram(nint program, string[] options)
    {
        // One block of text with the pointers to its parts: NVRTC wants an array of strings.
        byte[][] texts = [.. options.Select(ZeroEnded)];
        byte[] all = [.. texts.SelectMany(text => text)];
        fixed (byte* block = all)
        {
            byte** pointers = stackalloc byte*[texts.Length];
            int offset = 0;
            for (int i = 0; i < texts.Length; i++)
            {
                pointers[i] = block + offset;
                offset += texts[i].Length;
            }

            return Nvrtc.CompileProgram(program, texts.Length, pointers);
        }
    }

    private static byte[] Cubin(nint program)
    {
        nuint size;
        Nvrtc.Check(Nvrtc.GetCubinSize(program, &size), "nvrtcGetCUBINSize");
        byte[] cubin = new byte[size];
        fixed (byte* bytes = cubin)
            Nvrtc.Check(Nvrtc.GetCubin(program, bytes), "nvrtcGetCUBIN");
        return cubin;
    }

    private static byte[] Ptx(nint program)
    {
        nuint size;
        Nvrtc.Check(Nvrtc.GetPtxSize(program, &size), "nvrtcGetPTXSize");
        byte[] ptx = new byte[size];
        fixed (byte* bytes = ptx)
            Nvrtc.Check(Nvrtc.GetPtx(program, bytes), "nvrtcGetPTX");
        return ptx;
    }

    private static string Log(nint program)
    {
        nuint size;
        Nvrtc.Check(Nvrtc.GetProgramLogSize(program, &size), "nvrtcGetProgramLogSize");
        byte[] log = new byte[size];
        fixed (byte* bytes = log)
            Nvrtc.Check(Nvrtc.GetProgramLog(program, bytes), "nvrtcGetProgramLog");
        return Encoding.UTF8.GetString(log.AsSpan().TrimEnd((byte)0));
    }

    private static int[] AskSupported()
    {
        int count;
        Nvrtc.Check(Nvrtc.GetNumSupportedArchs(&count), "nvrtcGetNumSupportedArchs");
        int[] supported = new int[count];
        fixed (int* architectures = supported)
            Nvrtc.Check(Nvrtc.GetSupportedArchs(architectures), "nvrtcGetSupportedArchs");
        return supported;
    }

    private static KernelCompilationException Error(KernelSource source, CompilationTarget target, string result, string log)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Text)).AsSpan(0, 4));
        string path = Path.Combine(Path.GetTempPath(), "evergraph", "kernels", $"{source.Name}-{hash}.cu");
        try
        {
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(source.Text));
            return new(source.Name, target.Name, result, log, path) { Refused = source };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new(source.Name, target.Name, result, log, null, exception.Message) { Refused = source };
        }
    }

    private static byte[] ZeroEnded(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
