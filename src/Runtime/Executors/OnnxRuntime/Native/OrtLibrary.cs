using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.OnnxRuntime;

namespace Evergraph.Runtime.OnnxRuntime.Native;

/// <summary>ONNX Runtime's native library, found where the official C# API finds it, so that both use one copy.</summary>
internal sealed unsafe class OrtLibrary
{
    /// <summary>The version of the C interface that the table is asked for; the library must be of it or later.</summary>
    public const uint ApiVersion = 24;

    private static readonly Lazy<OrtLibrary> Loaded = new(() => Load(Open()), LazyThreadSafetyMode.ExecutionAndPublication);

    private OrtLibrary(OrtFunctions api, string version)
    {
        Api = api;
        Version = version;
        nint memory;
        OrtStatus.Check(api, api.CreateCpuMemoryInfo(ArenaAllocator, DefaultMemory, &memory), "describing the processor's memory");
        CpuMemory = memory;
    }

    private const int ArenaAllocator = 1;
    private const int DefaultMemory = 0;

    /// <summary>The process's library, loaded at the first use.</summary>
    /// <exception cref="OnnxRuntimeUnavailableException">It is not there, does not load, or is too old; the same each time.</exception>
    public static OrtLibrary Instance => Loaded.Value;

    /// <summary>Its functions.</summary>
    public OrtFunctions Api { get; }

    /// <summary>Its version, such as <c>1.29.0</c>.</summary>
    public string Version { get; }

    /// <summary>An OrtMemoryInfo of the processor's memory, kept for the process.</summary>
    public nint CpuMemory { get; }

    /// <summary>The environment in which sessions live: the one of the official C# API, so that its settings hold here too.</summary>
    public static OrtEnv Environment => OrtEnv.Instance();

    /// <summary>Opens a library's function table.</summary>
    /// <param name="handle">The loaded library.</param>
    /// <exception cref="OnnxRuntimeUnavailableException">It is no ONNX Runtime, or too old.</exception>
    public static OrtLibrary Load(nint handle)
    {
        if (!NativeLibrary.TryGetExport(handle, "OrtGetApiBase", out nint getBase))
            throw new OnnxRuntimeUnavailableException("the library has no function OrtGetApiBase: expected ONNX Runtime, given another library of its name");
        return FromBase((OrtBase*)((delegate* unmanaged<nint>)getBase)());
    }

    /// <summary>Asks a library for the function table of <see cref="ApiVersion"/>.</summary>
    /// <exception cref="OnnxRuntimeUnavailableException">It is too old to have it.</exception>
    public static OrtLibrary FromBase(OrtBase* apiBase)
    {
        string version = Marshal.PtrToStringUTF8(apiBase->GetVersionString()) ?? "unknown";
        nint* table = apiBase->GetApi(ApiVersion);
        return table is null
            ? throw new OnnxRuntimeUnavailableException(
                $"its native library is of another version: expected 1.{ApiVersion} or later, given {version}; remove the older library from the search path, or put the right one beside the program")
            : new(new(table), version);
    }

    /// <summary>Loads the native library.</summary>
    /// <exception cref="OnnxRuntimeUnavailableException">It is not there, or does not load.</exception>
    private static nint Open()
    {
        var assembly = typeof(OrtEnv).Assembly;
        string name = FileName;
        if (NativeLibrary.TryLoad(name, assembly, null, out nint handle))
            return handle;
        var tried = new StringBuilder();
        foreach (string folder in new[] { Path.GetDirectoryName(assembly.Location) ?? "", AppContext.BaseDirectory }.Distinct())
        {
            string path = Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", name);
            if (!File.Exists(path))
            {
                tried.Append(tried.Length == 0 ? "" : ", ").Append(path);
                continue;
            }

            return OpenFile(path);
        }

        throw new OnnxRuntimeUnavailableException(
            $"there is no native library for {RuntimeInformation.RuntimeIdentifier}: expected {name} on the search path or at {tried}; "
            + "build for a platform that eng/onnxruntime has, or use --backend reference");
    }

    /// <summary>Loads a native library from a file.</summary>
    /// <exception cref="OnnxRuntimeUnavailableException">It does not load.</exception>
    public static nint OpenFile(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new OnnxRuntimeUnavailableException($"{path} does not load: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static string FileName => OperatingSystem.IsWindows() ? "onnxruntime.dll" : OperatingSystem.IsMacOS() ? "libonnxruntime.dylib" : "libonnxruntime.so";
}

/// <summary>What <c>OrtGetApiBase</c> returns.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OrtBase
{
    /// <summary>The table of a version of the interface, or null where the library is older.</summary>
    public delegate* unmanaged<uint, nint*> GetApi;

    /// <summary>The library's version.</summary>
    public delegate* unmanaged<nint> GetVersionString;
}
