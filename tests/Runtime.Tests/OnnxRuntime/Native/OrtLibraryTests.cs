using System.Runtime.InteropServices;
using Evergraph.Runtime.OnnxRuntime;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.Tests;

public sealed unsafe class OrtLibraryTests
{
    private static readonly nint OldVersion = Marshal.StringToCoTaskMemUTF8("1.17.3");

    [Fact]
    public void NoFile()
    {
        string path = Path.Combine(Path.GetTempPath(), "evergraph", "no", "libonnxruntime.so");
        var error = Assert.Throws<OnnxRuntimeUnavailableException>(() => OrtLibrary.OpenFile(path));
        Assert.StartsWith($"ONNX Runtime cannot be used: {path} does not load: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNoLibrary()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.so");
        File.WriteAllText(path, "not a library");
        try
        {
            var error = Assert.Throws<OnnxRuntimeUnavailableException>(() => OrtLibrary.OpenFile(path));
            Assert.StartsWith($"ONNX Runtime cannot be used: {path} does not load: ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void AnotherLibrary()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libc has another name here");
        nint handle = OrtLibrary.OpenFile("libc.so.6");
        var error = Assert.Throws<OnnxRuntimeUnavailableException>(() => OrtLibrary.Load(handle));
        Assert.Equal("ONNX Runtime cannot be used: the library has no function OrtGetApiBase: expected ONNX Runtime, given another library of its name", error.Message);
    }

    [Fact]
    public void AnOlderVersion()
    {
        var old = new OrtBase { GetApi = &NoApi, GetVersionString = &GetOldVersion };
        var address = &old;
        var error = Assert.Throws<OnnxRuntimeUnavailableException>(() => OrtLibrary.FromBase(address));
        Assert.Equal(
            "ONNX Runtime cannot be used: its native library is of another version: expected 1.24 or later, given 1.17.3; "
            + "remove the older library from the search path, or put the right one beside the program",
            error.Message);
    }

    [Fact]
    public void TheLibraryThatIsHere()
    {
        InSession.Require();
        Assert.StartsWith("1.", OrtLibrary.Instance.Version, StringComparison.Ordinal);
        Assert.Equal(OrtLibrary.Instance.Version, Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString());
    }

    [UnmanagedCallersOnly]
    private static nint* NoApi(uint version) => null;

    [UnmanagedCallersOnly]
    private static nint GetOldVersion() => OldVersion;
}
