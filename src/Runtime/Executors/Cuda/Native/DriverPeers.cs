using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>Memory of other devices, and of other processes.</summary>
internal static unsafe partial class Driver
{
    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuDeviceCanAccessPeer")]
    public static partial int DeviceCanAccessPeer(int* canAccess, int device, int peer);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuCtxEnablePeerAccess")]
    public static partial int CtxEnablePeerAccess(nint peer, uint flags);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuDeviceGetUuid_v2")]
    public static partial int DeviceGetUuid(Guid* uuid, int device);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuIpcGetMemHandle")]
    public static partial int IpcGetMemHandle(IpcHandle* handle, nint address);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuIpcOpenMemHandle_v2")]
    public static partial int IpcOpenMemHandle(nint* address, IpcHandle handle, uint flags);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuIpcCloseMemHandle")]
    public static partial int IpcCloseMemHandle(nint address);
}
