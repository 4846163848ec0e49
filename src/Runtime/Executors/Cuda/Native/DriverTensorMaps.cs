using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>Descriptions of matrices for TMA, from compute capability 9.0 on.</summary>
internal static unsafe partial class Driver
{
    /// <summary>The name of <see cref="TensorMapEncodeTiled"/>, which drivers before CUDA 12 and the emulator lack.</summary>
    public const string TensorMapEncodeTiledName = "cuTensorMapEncodeTiled";

    [LibraryImport(CudaLibraries.Driver, EntryPoint = TensorMapEncodeTiledName)]
    public static partial int TensorMapEncodeTiled(
        void* map, int type, uint rank, nint address, ulong* sizes, ulong* strides, uint* box, uint* steps, int interleave, int swizzle, int promotion, int fill);
}
