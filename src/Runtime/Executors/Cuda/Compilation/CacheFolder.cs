using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Evergraph.Runtime.Cuda.Compilation;

/// <summary>
/// What took long to make, compiled kernels and times of layers, in a folder, one file each. Several processes may use one folder: files appear
/// whole, and a file that is damaged or of another format counts as missing. What cannot be read or written for another reason counts as missing
/// too, and the reason is kept.
/// </summary>
internal sealed class CacheFolder
{
    /// <summary>Part of the key: another number when the file's layout or the fixed options of the compiler change.</summary>
    private const int FormatVersion = 1;

    private const int HeaderBytes = 8 + SHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> Magic => "EVGKERN1"u8;

    private readonly string? _folder;
    private readonly string _kind;
    private volatile string? _problem;

    /// <summary>Opens a cache.</summary>
    /// <param name="folder">The folder, made at the first write; null for <see cref="DefaultFolder()"/>; empty for no cache.</param>
    /// <param name="kind">What is kept, the extension of its files.</param>
    public CacheFolder(string? folder, string kind = "kernel")
    {
        _kind = kind;
        _folder = folder is "" ? null : folder ?? DefaultFolder();
        if (folder is null && _folder is null)
            _problem = "there is no folder for compiled kernels: the user has no home; set XDG_CACHE_HOME";
    }

    /// <summary>Why something could not be read or written, the latest reason; or null.</summary>
    public string? Problem => _problem;

    /// <summary>The folder for this user, or null where the user has none.</summary>
    public static string? DefaultFolder() => DefaultFolder(
        Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), OperatingSystem.IsWindows());

    /// <summary>The folder for a user, or null: <c>$XDG_CACHE_HOME</c> (an absolute path, as its specification says), <c>~/.cache</c> or <c>%LOCALAPPDATA%</c>.</summary>
    /// <param name="variable">The environment.</param>
    /// <param name="home">The user's home, or empty.</param>
    /// <param name="windows">Whether this is Windows.</param>
    public static string? DefaultFolder(Func<string, string?> variable, string home, bool windows)
    {
        string? caches = windows ? variable("LOCALAPPDATA")
            : variable("XDG_CACHE_HOME") is { } chosen && Path.IsPathRooted(chosen) ? chosen
            : home.Length > 0 ? Path.Combine(home, ".cache")
            : null;
        return string.IsNullOrEmpty(caches) ? null : Path.Combine(caches, "evergraph", "kernels");
    }

    /// <summary>The key of a kernel: a hash of all that decides what the compiler gives.</summary>
    /// <param name="source">The kernel.</param>
    /// <param name="device">The name of the device, which keeps an emulator's kernels apart from a GPU's.</param>
    /// <param name="architecture">What it is compiled for.</param>
    /// <param name="driverVersion">The driver's version.</param>
    public static string Key(KernelSource source, string device, string architecture, int driverVersion) =>
        Key([device, architecture, driverVersion.ToString(CultureInfo.InvariantCulture), source.Name, source.Text, .. source.Options]);

    /// <summary>A hash of all that decides what is kept.</summary>
    public static string Key(ReadOnlySpan<string> decisive)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] parts = [FormatVersion.ToString(CultureInfo.InvariantCulture), .. decisive];
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string part in parts)
        {
            // Lengths keep apart what would read the same when joined.
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Reads what is kept.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">What was written, undamaged.</param>
    public bool TryRead(string key, [NotNullWhen(true)] out byte[]? content)
    {
        content = null;
        if (_folder is null)
            return false;
        byte[] file;
        try
        {
            file = File.ReadAllBytes(PathOf(key));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _problem = $"the folder of compiled kernels cannot be read: {exception.Message}";
            return false;
        }

        if (file.Length < HeaderBytes || !file.AsSpan().StartsWith(Magic))
            return false;
        var kept = file.AsSpan(HeaderBytes);
        if (!file.AsSpan(Magic.Length, SHA256.HashSizeInBytes).SequenceEqual(Checksum(key, kept)))
            return false;
        content = kept.ToArray();
        return true;
    }

    /// <summary>Keeps something.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">What is kept.</param>
    public void Write(string key, ReadOnlySpan<byte> content)
    {
        if (_folder is null)
            return;
        try
        {
            AtomicFile.Write(PathOf(key), [.. Magic, .. Checksum(key, content), .. content]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _problem = $"the folder of compiled kernels cannot be written: {exception.Message}";
        }
    }

    /// <summary>Where something is kept; the cache has a folder.</summary>
    public string PathOf(string key) => Path.Combine(_folder!, $"{key}.{_kind}");

    /// <summary>The key is hashed too, so that a file under another's name counts as damaged.</summary>
    private static byte[] Checksum(string key, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(key));
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }
}
