using System.Runtime.CompilerServices;

namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Copies a strided tensor row-major.</summary>
internal static unsafe class StridedCopy
{
    public static StorageRegion Of(StoredTensor tensor)
    {
        int size = tensor.Type.Size();
        var buffer = new UnpackedBuffer(tensor.Elements * size);
        byte* source = (byte*)tensor.Storage.Address + tensor.Offset * size;
        byte* target = buffer.Pointer;
        int rank = tensor.Sizes.Length;
        Span<long> index = stackalloc long[rank];
        long at = 0;
        for (long i = 0; i < tensor.Elements; i++)
        {
            Unsafe.CopyBlockUnaligned(target + i * size, source + at * size, (uint)size);
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                at += tensor.Strides[axis];
                if (++index[axis] < tensor.Sizes[axis])
                    break;
                at -= tensor.Strides[axis] * tensor.Sizes[axis];
                index[axis] = 0;
            }
        }
        GC.KeepAlive(tensor);
        return buffer.Region();
    }
}
