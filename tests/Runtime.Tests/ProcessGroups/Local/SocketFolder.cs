namespace Evergraph.Runtime.Tests;

/// <summary>A folder for sockets that goes with the test.</summary>
internal sealed class SocketFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evergraph-ranks-");

    /// <summary>Where ranks meet.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "tp");

    /// <summary>The files in the folder.</summary>
    public IEnumerable<string> Files => _folder.EnumerateFileSystemInfos().Select(f => f.Name);

    public void Dispose() => _folder.Delete(recursive: true);
}
