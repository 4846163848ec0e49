using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>Asking whether a stream records.</summary>
internal static unsafe partial class Driver
{
    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuStreamIsCapturing")]
    public static partial int StreamIsCapturing(nint stream, int* status);
}
