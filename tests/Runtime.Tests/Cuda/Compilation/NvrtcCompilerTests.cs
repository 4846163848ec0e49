using System.Text;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Tests.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Compilation;

public sealed class NvrtcCompilerTests
{
    private const string Architecture = "sm_90a";
    private const string Copy = """extern "C" __global__ void copy(const int* from, int* to) { to[threadIdx.x] = from[threadIdx.x]; }""";

    [Theory]
    [InlineData("sm_80")]
    [InlineData("sm_90a")]
    public void MachineCode(string architecture)
    {
        CudaTest.RequireCompiler();
        byte[] image = NvrtcCompiler.Compile(Words.AddKernel, architecture);
        Assert.Equal("\u007fELF"u8, image.AsSpan(0, 4));
        Assert.True(image.AsSpan().IndexOf("add\0"u8) > 0, "the kernel's name is not in its code");
    }

    [Fact]
    public void PtxForADeviceNewerThanTheCompiler()
    {
        CudaTest.RequireCompiler();
        SkipOnTheEmulator("the emulator has no PTX");
        string ptx = Encoding.UTF8.GetString(NvrtcCompiler.Compile(CudaTest.Source("copy", Copy), "sm_990a"));
        Assert.EndsWith("\0", ptx, StringComparison.Ordinal);
        Assert.Contains(".visible .entry copy(", ptx, StringComparison.Ordinal);
    }

    [Fact]
    public void ADeviceThatTheCompilerHasForgotten()
    {
        CudaTest.RequireCompiler();
        var error = Assert.Throws<CudaUnavailableException>(() => NvrtcCompiler.Compile(CudaTest.Source("copy", Copy), "sm_10"));
        Assert.StartsWith("CUDA cannot be used: NVRTC no longer compiles for sm_10: expected one of ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(" or later; install a CUDA toolkit that still has it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASourceThatIsWrong()
    {
        CudaTest.RequireCompiler();
        const string text = "extern \"C\" __global__ void wrong() {\n    int größe = nowhere;\n}\n";
        var error = Assert.Throws<KernelCompilationException>(() => NvrtcCompiler.Compile(CudaTest.Source("wrong", text), Architecture));
        Assert.StartsWith($"kernel wrong does not compile for sm_90a: NVRTC_ERROR_COMPILATION; its source is in {error.SourcePath}\n", error.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
        Assert.Equal("wrong", error.Kernel);
        Assert.Equal(text, File.ReadAllText(error.SourcePath!));
        Assert.DoesNotContain('\0', error.Message);
    }

    [Fact]
    public void ALongLogIsCut()
    {
        CudaTest.RequireCompiler();
        SkipOnTheEmulator("the emulator's log ends after a few errors");
        string text = string.Concat(Enumerable.Range(0, 60).Select(i => $"int a{i} = nowhere{i};\n"));
        var error = Assert.Throws<KernelCompilationException>(() => NvrtcCompiler.Compile(CudaTest.Source("long_log", text), Architecture));
        Assert.Equal(1 + 40 + 1, error.Message.Split('\n').Length);
        Assert.Matches(@"\n\(\d+ more lines\)$", error.Message);
        Assert.Contains("nowhere59", error.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Options()
    {
        CudaTest.RequireCompiler();
        const string text = "#if VALUE != 3\n#error no value\n#endif\nextern \"C\" __global__ void f(int* a) { a[0] = sizeof(\"ä \") + OTHER; }";
        Assert.NotEmpty(NvrtcCompiler.Compile(new("f", text, ["-DVALUE=3", "-DOTHER=4"]), Architecture));
        var error = Assert.Throws<KernelCompilationException>(() => NvrtcCompiler.Compile(new("f", text, ["-DOTHER=4"]), Architecture));
        Assert.Contains("no value", error.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOptionThatIsNone()
    {
        CudaTest.RequireCompiler();
        var error = Assert.Throws<KernelCompilationException>(() => NvrtcCompiler.Compile(new("copy", Copy, ["--no-such-option"]), Architecture));
        Assert.StartsWith("kernel copy does not compile for sm_90a: NVRTC_ERROR_INVALID_OPTION;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FunctionsAreForTheDeviceByDefault()
    {
        CudaTest.RequireCompiler();
        const string text = "template <typename T> constexpr bool same = false;\nint twice(int x) { if constexpr (same<int>) return 0; else return 2 * x; }\n"
            + "extern \"C\" __global__ void f(int* a) { a[0] = twice(a[1]); }";
        Assert.NotEmpty(NvrtcCompiler.Compile(CudaTest.Source("f", text), Architecture));
    }

    [Fact]
    public void SeveralAtOnce()
    {
        CudaTest.RequireCompiler();
        byte[][] alone = [.. Enumerable.Range(0, 4).Select(i => NvrtcCompiler.Compile(Numbered(i), Architecture))];
        byte[][] together = new byte[16][];
        Parallel.For(0, together.Length, i => together[i] = NvrtcCompiler.Compile(Numbered(i % 4), Architecture));
        Assert.All(Enumerable.Range(0, together.Length), i => Assert.Equal(alone[i % 4].Length, together[i].Length));
        Assert.All(Enumerable.Range(0, together.Length), i => Assert.True(together[i].AsSpan().IndexOf(Encoding.UTF8.GetBytes($"numbered_{i % 4}")) > 0));
    }

    private static void SkipOnTheEmulator(string reason)
    {
        try
        {
            NvrtcCompiler.Compile(CudaTest.Source("f", "#ifdef EVERGRAPH_EMULATED\n#error emulated\n#endif\nextern \"C\" __global__ void f() {}"), Architecture);
        }
        catch (KernelCompilationException exception) when (exception.Log.Contains("emulated", StringComparison.Ordinal))
        {
            Assert.Skip(reason);
        }
    }

    private static KernelSource Numbered(int i) =>
        CudaTest.Source($"numbered_{i}", $"extern \"C\" __global__ void numbered_{i}(int* a) {{ a[threadIdx.x] += {i}; }}");
}
