using System.Runtime.CompilerServices;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Products.Int8;

/// <summary>A CUtensorMap: how TMA reads boxes of a matrix of bytes. It holds no resource: equal matrices have equal maps.</summary>
[InlineArray(Words)]
internal unsafe struct TensorMap
{
    /// <summary>Columns of a box: one atom of the 128-byte swizzle.</summary>
    public const int BoxColumns = 128;

    private const int Words = 16;
    private const int Alignment = 64;

    private ulong _word;

    /// <summary>Whether the driver makes maps.</summary>
    public static bool IsAvailable { get; } = CudaLibraries.Has(CudaLibraries.Driver, Driver.TensorMapEncodeTiledName);

    /// <summary>The map of a dense matrix; elements outside are 0.</summary>
    /// <param name="device">Who reads it.</param>
    /// <param name="matrix">The matrix and its boxes.</param>
    public static TensorMap Of(CudaDevice device, in TensorMapKey matrix)
    {
        byte* block = stackalloc byte[sizeof(TensorMap) + Alignment];
        var map = (TensorMap*)(((nint)block + Alignment - 1) & -Alignment);
        ulong* sizes = stackalloc ulong[] { (ulong)matrix.Columns, (ulong)matrix.Rows };
        ulong stride = (ulong)matrix.Columns;
        uint* box = stackalloc uint[] { BoxColumns, (uint)matrix.BoxRows }, steps = stackalloc uint[] { 1, 1 };
        device.MakeCurrent();
        device.Check(
            Driver.TensorMapEncodeTiled(
                map, DriverValues.TensorMapBytes, 2, matrix.Address, sizes, &stride, box, steps, interleave: 0,
                DriverValues.TensorMapSwizzle128, DriverValues.TensorMapPromotion256, fill: 0),
            Driver.TensorMapEncodeTiledName);
        return *map;
    }
}
