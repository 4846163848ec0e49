using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Evergraph.Graph.Import;

/// <summary>
/// A file mapped read-only into memory. Regions of it keep it alive; it is unmapped when the last one is collected,
/// so a tensor may outlive the importer that found it. The file must not be shortened while it is mapped.
/// </summary>
public sealed unsafe class MappedFile
{
    private readonly SafeMemoryMappedViewHandle _view;

    private MappedFile(SafeMemoryMappedViewHandle view, byte* pointer, long length)
    {
        _view = view;
        Whole = new(this, pointer, length);
    }

    /// <summary>Gives the pointer back: the view was disposed when it was taken, so this unmaps the file.</summary>
    ~MappedFile() => _view.ReleasePointer();

    /// <summary>The whole file.</summary>
    public StorageRegion Whole { get; }

    /// <summary>Maps <paramref name="path"/>.</summary>
    /// <exception cref="ImportException">The file is missing, is a folder, is empty or cannot be read.</exception>
    public static MappedFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            // A pipe or a device would block or never end; both have no length.
            var info = new FileInfo(path);
            if (!info.Exists)
                throw new ImportException(Directory.Exists(path)
                    ? $"{path}: expected a file, given a folder; give the path of the file inside it"
                    : $"{path}: no such file; check the path (the current folder is {Environment.CurrentDirectory})");
            if (info.Length == 0)
                throw new ImportException($"{path}: the file is empty; export or download it again");
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            long length = stream.Length;
            using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(
                stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            using MemoryMappedViewAccessor accessor = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            return Take(accessor, length);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ImportException($"{path}: the file cannot be read: {fault.Message}", fault);
        }
    }

    private static MappedFile Take(MemoryMappedViewAccessor accessor, long length)
    {
        SafeMemoryMappedViewHandle view = accessor.SafeMemoryMappedViewHandle;
        byte* pointer = null;
        view.AcquirePointer(ref pointer);
        return new(view, pointer + accessor.PointerOffset, length);
    }
}
