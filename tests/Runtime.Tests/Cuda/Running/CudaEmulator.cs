using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Tests.Cuda.Running;

/// <summary>Settings of the emulator, for errors that a GPU does not give when asked.</summary>
internal static class CudaEmulator
{
    private delegate void Setter([MarshalAs(UnmanagedType.LPStr)] string name, [MarshalAs(UnmanagedType.LPStr)] string value);

    /// <summary>Changes a setting until disposal; skips the test on a GPU.</summary>
    public static IDisposable Set(string name, string value)
    {
        _ = CudaTest.CompilingDevice;
        var set = Find();
        Assert.SkipUnless(set is not null, "the emulator alone does this; EVERGRAPH_CUDA_PATH does not name its folder");
        set!(name, value);
        return new Unset(set, name);
    }

    private static Setter? Find() =>
        Environment.GetEnvironmentVariable("EVERGRAPH_CUDA_PATH") is { Length: > 0 } folder
        && NativeLibrary.TryLoad(Path.Combine(folder, "libcuda.so.1"), out nint library)
        && NativeLibrary.TryGetExport(library, "evergraphEmulatorSet", out nint function)
            ? Marshal.GetDelegateForFunctionPointer<Setter>(function)
            : null;

    private sealed class Unset(Setter set, string name) : IDisposable
    {
        public void Dispose() => set(name, "");
    }
}
