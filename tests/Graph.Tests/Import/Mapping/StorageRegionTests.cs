using Evergraph.Graph.Import;

namespace Evergraph.Graph.Tests.Import;

public sealed class StorageRegionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parts_outside_are_refused()
    {
        StorageRegion whole = MappedFile.Open(_folder.Write("f", [1, 2, 3, 4])).Whole;
        Assert.Equal([2, 3], whole.Slice(1, 2).Span().ToArray());
        Assert.Equal([3], whole.Slice(1, 3).Slice(1, 1).Span().ToArray());
        Assert.Equal(0, whole.Slice(4, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Slice(1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Slice(5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Slice(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Slice(2, long.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Span(0, -1));
    }

    [Fact]
    public void A_file_is_unmapped_when_nothing_refers_to_it()
    {
        string path = _folder.Write("f", new byte[1 << 20]);
        OpenAndDrop(path);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        if (OperatingSystem.IsLinux())
            Assert.DoesNotContain(path, File.ReadAllText("/proc/self/maps"));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void OpenAndDrop(string path)
    {
        StorageRegion whole = MappedFile.Open(path).Whole;
        if (OperatingSystem.IsLinux())
            Assert.Contains(path, File.ReadAllText("/proc/self/maps"));
        GC.KeepAlive(whole);
    }
}
