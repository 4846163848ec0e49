
namespace Evergraph.Graph.Import.TorchExport;

/// <summary>
/// A tensor of a .pt2 file: sizes and strides over a storage. Tied weights share the storage; a view has an offset.
/// Everything is checked against the storage when the tensor is made: no element lies outside.
/// </summary>
public sealed class StoredTensor
{
    internal StoredTensor(
        string name, TorchScalarType type, long[] sizes, long[] strides, long offset, StorageRegion storage, bool isParameter, string place)
    {
        Name = name;
        Type = type;
        Sizes = sizes;
        Strides = strides;
        Offset = offset;
        Storage = storage;
        IsParameter = isParameter;
        Elements = StridedExtent.Check(this, place);
    }

    /// <summary>The path in the module, for example <c>model.layers.0.mlp.up_proj.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public TorchScalarType Type { get; }

    /// <summary>Elements along each axis.</summary>
    public long[] Sizes { get; }

    /// <summary>Elements of the storage from one index of an axis to the next.</summary>
    public long[] Strides { get; }

    /// <summary>Elements of the storage before the first.</summary>
    public long Offset { get; }

    /// <summary>The bytes. Tensors of one storage have the same region object.</summary>
    public StorageRegion Storage { get; }

    /// <summary>A parameter, not a buffer or a constant.</summary>
    public bool IsParameter { get; }

    /// <summary>The product of the sizes.</summary>
    public long Elements { get; }

    /// <summary>Whether the elements lie row-major without gaps, so that <see cref="DenseBytes"/> is a part of the storage.</summary>
    public bool IsDense
    {
        get
        {
            long expected = 1;
            for (int axis = Sizes.Length - 1; axis >= 0; axis--)
            {
                if (Sizes[axis] != 1 && Strides[axis] != expected && Elements > 0)
                    return false;
                expected *= Math.Max(Sizes[axis], 1);
            }
            return true;
        }
    }

    /// <summary>The elements row-major: the storage itself where it is so already, otherwise a copy.</summary>
    public StorageRegion DenseBytes()
    {
        int size = Type.Size();
        return IsDense ? Storage.Slice(Elements == 0 ? 0 : Offset * size, Elements * size) : StridedCopy.Of(this);
    }
}
