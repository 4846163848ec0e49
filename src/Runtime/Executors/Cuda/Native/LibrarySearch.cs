using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>A loaded library, or why there is none.</summary>
/// <param name="Handle">The library, or 0.</param>
/// <param name="Problem">Why it is not there, or null.</param>
internal sealed record LibrarySearchResult(nint Handle, string? Problem);

/// <summary>An order in which libraries are searched.</summary>
/// <param name="Chosen">The folder that the user named, or null. A library in it that does not load is an error: taking another would hide it.</param>
/// <param name="ByName">Whether the loader searches by name after that folder.</param>
/// <param name="Folders">The folders searched last.</param>
internal sealed record LibrarySearch(string? Chosen, bool ByName, IReadOnlyList<string> Folders)
{
    /// <summary>The order on this machine.</summary>
    public static LibrarySearch OfThisMachine()
    {
        string? chosen = Environment.GetEnvironmentVariable(CudaLibraries.PathVariable);
        return new(string.IsNullOrEmpty(chosen) ? null : Path.GetFullPath(chosen), ByName: true, UsualFolders());
    }

    /// <summary>Loads the first library that is there.</summary>
    /// <param name="fileNames">Its file names, the preferred one first.</param>
    public LibrarySearchResult Find(IReadOnlyList<string> fileNames)
    {
        var tried = new List<string>();
        if (Chosen is not null && TryFolder(Chosen, fileNames, tried, mustLoad: true) is { } chosen)
            return chosen;
        foreach (string name in ByName ? fileNames : [])
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
                return new(handle, null);
            tried.Add($"{name} by name");
        }

        foreach (string folder in Folders)
        {
            if (TryFolder(folder, fileNames, tried, mustLoad: false) is { } found)
                return found;
        }

        return new(0, $"there is no {string.Join(" or ", fileNames)}; tried {string.Join(", ", tried)}; "
            + $"install NVIDIA's driver and CUDA 12 or 13, or set {CudaLibraries.PathVariable} to the folder that holds the library");
    }

    private static LibrarySearchResult? TryFolder(string folder, IReadOnlyList<string> fileNames, List<string> tried, bool mustLoad)
    {
        foreach (string path in fileNames.Select(name => Path.Combine(folder, name)))
        {
            if (!File.Exists(path))
            {
                tried.Add(path);
                continue;
            }

            try
            {
                LoadBeside(path);
                return new(NativeLibrary.Load(path), null);
            }
            catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
            {
                string problem = $"{path} does not load: {exception.Message.ReplaceLineEndings(" ")}";
                if (mustLoad)
                    return new(0, $"{problem}; {CudaLibraries.PathVariable} names its folder: put the right library there, or unset the variable");
                tried.Add(problem);
            }
        }

        return null;
    }

    /// <summary>
    /// Loads the library of builtins that NVRTC asks the loader for, by name, at the first compilation: the loader does not search the folder
    /// in which NVRTC was found, but it knows a library of that name that is loaded already.
    /// </summary>
    private static void LoadBeside(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        if (!Path.GetFileName(path).StartsWith("libnvrtc.so.", StringComparison.Ordinal))
            return;
        string version = Path.GetExtension(path);
        foreach (string builtins in Directory.GetFiles(folder, $"libnvrtc-builtins.so{version}*"))
            _ = NativeLibrary.TryLoad(builtins, out _);
    }

    /// <summary>The folders into which toolkits and distributions install, newer toolkits first.</summary>
    private static List<string> UsualFolders()
    {
        if (OperatingSystem.IsWindows())
        {
            string toolkits = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "NVIDIA GPU Computing Toolkit", "CUDA");
            return [.. Subfolders(toolkits, "v*").SelectMany(toolkit => new[] { Path.Combine(toolkit, "bin", "x64"), Path.Combine(toolkit, "bin") })];
        }

        var (target, multiarch) = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? ("sbsa-linux", "aarch64-linux-gnu")
            : ("x86_64-linux", "x86_64-linux-gnu");
        var roots = Subfolders("/usr/local", "cuda*");
        return
        [
            .. roots.Select(root => Path.Combine(root, "targets", target, "lib")),
            .. roots.Select(root => Path.Combine(root, "lib64")),
            Path.Combine("/usr/lib", multiarch),
            "/usr/lib64",
            "/usr/lib/wsl/lib",
        ];
    }

    private static List<string> Subfolders(string folder, string pattern) =>
        Directory.Exists(folder) ? [.. Directory.GetDirectories(folder, pattern).OrderDescending(StringComparer.Ordinal)] : [];
}
