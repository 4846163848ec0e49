using System.Runtime.InteropServices;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Tests.Cuda.Native;

public sealed class LibrarySearchTests : IDisposable
{
    private static readonly string SomeLibrary = Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(),
        OperatingSystem.IsWindows() ? "System.IO.Compression.Native.dll" : OperatingSystem.IsMacOS() ? "libSystem.Native.dylib" : "libSystem.Native.so");

    private readonly TemporaryFolder _first = new();
    private readonly TemporaryFolder _second = new();

    [Fact]
    public void NowhereTellsAllThatWasTried()
    {
        var found = new LibrarySearch(_first.Path, ByName: true, [_second.Path]).Find(["libevergraph_no.so.13", "libevergraph_no.so.12"]);
        Assert.Equal(0, found.Handle);
        Assert.Equal(
            "there is no libevergraph_no.so.13 or libevergraph_no.so.12; tried "
            + $"{_first["libevergraph_no.so.13"]}, {_first["libevergraph_no.so.12"]}, libevergraph_no.so.13 by name, libevergraph_no.so.12 by name, "
            + $"{_second["libevergraph_no.so.13"]}, {_second["libevergraph_no.so.12"]}; "
            + "install NVIDIA's driver and CUDA 12 or 13, or set EVERGRAPH_CUDA_PATH to the folder that holds the library",
            found.Problem);
    }

    [Fact]
    public void AFolderThatIsNotThere()
    {
        string folder = _first["no"];
        var found = new LibrarySearch(folder, ByName: false, []).Find(["libx.so"]);
        Assert.StartsWith($"there is no libx.so; tried {Path.Combine(folder, "libx.so")}; ", found.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TheChosenFolderComesFirst()
    {
        Put(_first, "libx.so.12");
        Put(_second, "libx.so.13");
        AssertLoaded(_first["libx.so.12"], new LibrarySearch(_first.Path, ByName: false, [_second.Path]).Find(["libx.so.13", "libx.so.12"]));
    }

    [Fact]
    public void TheChosenFolderComesBeforeTheLoadersOwnSearch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libc has another name here");
        Put(_first, "libc.so.6");
        AssertLoaded(_first["libc.so.6"], new LibrarySearch(_first.Path, ByName: true, []).Find(["libc.so.6"]));
    }

    [Fact]
    public void TheLoadersOwnSearchComesBeforeTheUsualFolders()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libc has another name here");
        Put(_second, "libc.so.6");
        var found = new LibrarySearch(null, ByName: true, [_second.Path]).Find(["libc.so.6"]);
        Assert.Null(found.Problem);
        Assert.Equal(NativeLibrary.Load("libc.so.6"), found.Handle);
    }

    [Fact]
    public void WithoutAChosenFolderTheUsualOnesAreSearchedInOrder()
    {
        Put(_second, "libx.so");
        AssertLoaded(_second["libx.so"], new LibrarySearch(null, ByName: false, [_first.Path, _second.Path]).Find(["libx.so"]));
        Put(_first, "libx.so");
        AssertLoaded(_first["libx.so"], new LibrarySearch(null, ByName: false, [_first.Path, _second.Path]).Find(["libx.so"]));
    }

    [Fact]
    public void TheNewerVersionOfAFolderIsTaken()
    {
        Put(_first, "libx.so.12");
        Put(_first, "libx.so.13");
        AssertLoaded(_first["libx.so.13"], new LibrarySearch(null, ByName: false, [_first.Path]).Find(["libx.so.13", "libx.so.12"]));
    }

    [Fact]
    public void ABadLibraryInTheChosenFolderIsAnError()
    {
        File.WriteAllText(_first["libx.so"], "not a library");
        Put(_second, "libx.so");
        var found = new LibrarySearch(_first.Path, ByName: false, [_second.Path]).Find(["libx.so"]);
        Assert.Equal(0, found.Handle);
        Assert.StartsWith($"{_first["libx.so"]} does not load: ", found.Problem, StringComparison.Ordinal);
        Assert.EndsWith("; EVERGRAPH_CUDA_PATH names its folder: put the right library there, or unset the variable", found.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', found.Problem!);
    }

    [Fact]
    public void ABadLibraryInAUsualFolderIsPassedOver()
    {
        File.WriteAllText(_first["libx.so"], "not a library");
        var nothing = new LibrarySearch(null, ByName: false, [_first.Path]).Find(["libx.so"]);
        Assert.StartsWith($"there is no libx.so; tried {_first["libx.so"]} does not load: ", nothing.Problem, StringComparison.Ordinal);
        Put(_second, "libx.so");
        AssertLoaded(_second["libx.so"], new LibrarySearch(null, ByName: false, [_first.Path, _second.Path]).Find(["libx.so"]));
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    private static void Put(TemporaryFolder folder, string name) => File.Copy(SomeLibrary, folder[name]);

    private static void AssertLoaded(string path, LibrarySearchResult found)
    {
        Assert.Null(found.Problem);
        Assert.Equal(NativeLibrary.Load(path), found.Handle);
    }
}
