using Evergraph.Runtime.Cuda.Compilation;

namespace Evergraph.Runtime.Tests.Cuda.Compilation;

public sealed class CacheFolderTests : IDisposable
{
    private static readonly KernelSource Source = new("f", "text", ["-DA=1", "-DB=2"]);
    private static readonly string SomeKey = CacheFolder.Key(Source, "device", "sm_90a", 13000);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        var cache = new CacheFolder(_folder["not yet there"]);
        Assert.False(cache.TryRead(SomeKey, out _));
        cache.Write(SomeKey, [1, 2, 3]);
        Assert.True(new CacheFolder(_folder["not yet there"]).TryRead(SomeKey, out byte[]? image));
        Assert.Equal([1, 2, 3], image);
        cache.Write(SomeKey, [4]);
        Assert.True(cache.TryRead(SomeKey, out image));
        Assert.Equal([4], image);
        Assert.Null(cache.Problem);
    }

    [Fact]
    public void EveryPartOfTheKeyCounts()
    {
        string[] keys =
        [
            SomeKey,
            CacheFolder.Key(Source with { Name = "g" }, "device", "sm_90a", 13000),
            CacheFolder.Key(Source with { Text = "text " }, "device", "sm_90a", 13000),
            CacheFolder.Key(Source with { Options = ["-DA=1"] }, "device", "sm_90a", 13000),
            CacheFolder.Key(Source with { Options = ["-DB=2", "-DA=1"] }, "device", "sm_90a", 13000),
            CacheFolder.Key(Source with { Options = ["-DA=1-DB=2"] }, "device", "sm_90a", 13000),
            CacheFolder.Key(Source with { Name = "ft", Text = "ext" }, "device", "sm_90a", 13000),
            CacheFolder.Key(Source, "emulator", "sm_90a", 13000),
            CacheFolder.Key(Source, "device", "sm_90", 13000),
            CacheFolder.Key(Source, "device", "sm_90a", 13010),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(SomeKey, CacheFolder.Key(new("f", "text", ["-DA=1", "-DB=2"]), "device", "sm_90a", 13000));
        Assert.All(keys, key => Assert.Matches("^[0-9a-f]{64}$", key));
    }

    [Fact]
    public void EveryTruncationIsDamage()
    {
        var cache = new CacheFolder(_folder.Path);
        cache.Write(SomeKey, [1, 2, 3, 4]);
        byte[] file = File.ReadAllBytes(cache.PathOf(SomeKey));
        for (int length = 0; length < file.Length; length++)
        {
            File.WriteAllBytes(cache.PathOf(SomeKey), file.AsSpan(0, length));
            Assert.False(cache.TryRead(SomeKey, out _), $"{length} of {file.Length} bytes");
        }

        File.WriteAllBytes(cache.PathOf(SomeKey), [.. file, 0]);
        Assert.False(cache.TryRead(SomeKey, out _), "one byte too many");
    }

    [Fact]
    public void EveryFlippedBitIsDamage()
    {
        var cache = new CacheFolder(_folder.Path);
        cache.Write(SomeKey, [1, 2, 3, 4]);
        byte[] file = File.ReadAllBytes(cache.PathOf(SomeKey));
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(cache.PathOf(SomeKey), file);
            Assert.False(cache.TryRead(SomeKey, out _), $"bit {bit}");
            file[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        cache.Write(SomeKey, [5]);
        Assert.True(cache.TryRead(SomeKey, out byte[]? image));
        Assert.Equal([5], image);
    }

    [Fact]
    public void AFileUnderAnothersNameIsDamage()
    {
        var cache = new CacheFolder(_folder.Path);
        string other = CacheFolder.Key(Source with { Name = "g" }, "device", "sm_90a", 13000);
        cache.Write(SomeKey, [1, 2, 3, 4]);
        File.Copy(cache.PathOf(SomeKey), cache.PathOf(other));
        Assert.False(cache.TryRead(other, out _));
    }

    [Fact]
    public async Task ThreadsAndCachesShareAFolder()
    {
        CacheFolder[] caches = [new(_folder.Path), new(_folder.Path)];
        string[] keys = [.. Enumerable.Range(0, 12).Select(i => CacheFolder.Key(Source with { Name = $"f{i}" }, "device", "sm_90a", 13000))];
        int hits = 0;
        var threads = Enumerable.Range(0, 8).Select(thread => Task.Factory.StartNew(
            () =>
            {
                var random = new Random(thread);
                var cache = caches[thread % 2];
                for (int i = 0; i < 100; i++)
                {
                    int k = random.Next(keys.Length);
                    if (cache.TryRead(keys[k], out byte[]? image))
                    {
                        Assert.Equal(Content(k), image);
                        Interlocked.Increment(ref hits);
                    }

                    if (random.Next(2) == 0)
                        cache.Write(keys[k], Content(k));
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        await Task.WhenAll(threads);
        Assert.All(caches, cache => Assert.Null(cache.Problem));
        Assert.True(hits > 0, "no thread read what another wrote");
        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.EndsWith(".kernel", file, StringComparison.Ordinal));

        static byte[] Content(int k) => [.. Enumerable.Repeat((byte)k, 20_000 + (1000 * k))];
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsAReason()
    {
        File.WriteAllText(_folder["file"], "");
        var cache = new CacheFolder(_folder["file"]);
        Assert.False(cache.TryRead(SomeKey, out _));
        cache.Write(SomeKey, [1]);
        Assert.StartsWith("the folder of compiled kernels cannot be written: ", cache.Problem, StringComparison.Ordinal);
        Assert.Contains(_folder["file"], cache.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatCannotBeReadIsAReason()
    {
        var cache = new CacheFolder(_folder.Path);
        Directory.CreateDirectory(cache.PathOf(SomeKey));
        Assert.False(cache.TryRead(SomeKey, out _));
        Assert.StartsWith("the folder of compiled kernels cannot be read: ", cache.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void NoCache()
    {
        var cache = new CacheFolder("");
        cache.Write(SomeKey, [1]);
        Assert.False(cache.TryRead(SomeKey, out _));
        Assert.Null(cache.Problem);
    }

    [Theory]
    [InlineData("/caches", "/home/a", "/caches")]
    [InlineData("caches", "/home/a", "/home/a/.cache")]
    [InlineData("", "/home/a", "/home/a/.cache")]
    [InlineData(null, "/home/a", "/home/a/.cache")]
    [InlineData("/caches", "", "/caches")]
    public void TheUsersFolder(string? xdg, string home, string caches) => Assert.Equal(
        Path.Combine(caches, "evergraph", "kernels"),
        CacheFolder.DefaultFolder(name => name == "XDG_CACHE_HOME" ? xdg : throw new InvalidOperationException(name), home, windows: false)?.Replace('\\', '/'));

    [Fact]
    public void TheUsersFolderOnWindows() => Assert.Equal(
        Path.Combine("local", "evergraph", "kernels"),
        CacheFolder.DefaultFolder(name => name == "LOCALAPPDATA" ? "local" : throw new InvalidOperationException(name), "home", windows: true));

    [Fact]
    public void AUserWithoutAFolder()
    {
        Assert.Null(CacheFolder.DefaultFolder(_ => null, "", windows: false));
        Assert.Null(CacheFolder.DefaultFolder(_ => null, "home", windows: true));
    }

    public void Dispose() => _folder.Dispose();
}
