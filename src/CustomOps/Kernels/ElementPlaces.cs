namespace Evergraph.CustomOps.Kernels;

/// <summary>Where gather and scatter read and write: one place in the operand for each element of the index.</summary>
internal static class ElementPlaces
{
    /// <summary>
    /// For each element i of the index its place in a dense tensor of <paramref name="sizes"/>: the element at i, but at the
    /// index's number along <paramref name="axis"/>.
    /// </summary>
    /// <exception cref="EvergraphException">An index is out of range; negative ones are.</exception>
    public static long[] Along(Tensor index, ReadOnlySpan<long> sizes, int axis)
    {
        if (sizes.IsEmpty || index.Rank == 0)
            return Places.Read(index, sizes.IsEmpty ? 1 : sizes[0], 0, negative: false);
        long[] places = Places.Read(index, sizes[axis], axis, negative: false);
        long[] strides = StridedCopy.DenseStrides(sizes);
        var counter = new long[sizes.Length];
        long origin = 0;
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = origin + (places[i] * strides[axis]);
            for (int k = counter.Length - 1; k >= 0; k--)
            {
                long stride = k == axis ? 0 : strides[k];
                origin += stride;
                if (++counter[k] < index.Sizes[k])
                    break;
                origin -= stride * index.Sizes[k];
                counter[k] = 0;
            }
        }

        return places;
    }
}
