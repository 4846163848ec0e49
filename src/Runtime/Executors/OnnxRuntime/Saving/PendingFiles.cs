namespace Evergraph.Runtime.OnnxRuntime.Saving;

/// <summary>Files that are written under other names and take their places together, so that none is ever seen half written.</summary>
internal sealed class PendingFiles : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly List<(string Temporary, string Path)> _files = [];

    /// <summary>Begins a file.</summary>
    public FileStream Create(string path)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new IOException($"{full} is a folder");
        string temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);
        _files.Add((temporary, full));
        return stream;
    }

    /// <summary>Puts the files in their places, in the order in which they were begun; they are closed by now.</summary>
    public void Commit()
    {
        foreach (var (temporary, path) in _files)
            File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Removes what did not get to its place.</summary>
    public void Dispose()
    {
        foreach (var (temporary, _) in _files)
        {
            try
            {
                File.Delete(temporary);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The error that brought us here is the one to tell.
            }
        }
    }
}
