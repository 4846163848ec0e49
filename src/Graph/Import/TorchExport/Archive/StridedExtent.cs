namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Holds the sizes and strides of a file against the storage they are said to lie in.</summary>
internal static class StridedExtent
{
    private const int MaxRank = 64;

    /// <summary>The number of elements, when all of them lie inside the storage.</summary>
    /// <exception cref="ImportException">They do not, or a number is negative or overflows 64 bits.</exception>
    public static long Check(StoredTensor tensor, string place)
    {
        int size = tensor.Type.Size();
        string Described() =>
            $"{place}: tensor '{tensor.Name}' of {tensor.Type.Name()}[{string.Join(", ", tensor.Sizes)}], strides [{string.Join(", ", tensor.Strides)}], offset {tensor.Offset}";
        if (tensor.Sizes.Length != tensor.Strides.Length || tensor.Sizes.Length > MaxRank)
            throw new ImportException($"{Described()}: expected one stride for each size and at most {MaxRank} of them; the file is damaged, export it again");
        if (tensor.Offset < 0 || tensor.Sizes.Any(static s => s < 0) || tensor.Strides.Any(static s => s < 0))
            throw new ImportException($"{Described()}: expected no negative number; the file is damaged, export it again");
        // A size of zero makes the product zero wherever it stands, so it must not hide an overflow before it.
        bool empty = tensor.Sizes.Contains(0);
        Int128 elements = 1, last = tensor.Offset;
        for (int axis = 0; axis < tensor.Sizes.Length; axis++)
        {
            elements *= Math.Max(tensor.Sizes[axis], 1);
            last += (Int128)Math.Max(tensor.Sizes[axis] - 1, 0) * tensor.Strides[axis];
            if (elements * size > long.MaxValue || last > long.MaxValue)
                throw new ImportException($"{Described()}: more elements than 64 bits can count; the file is damaged, export it again");
        }
        if (empty)
            return 0;
        if ((last + 1) * size > tensor.Storage.Length)
            throw new ImportException(
                $"{Described()}: its last element ends at byte {(last + 1) * size}, but its storage has {tensor.Storage.Length} bytes; the file is truncated or damaged, export it again");
        // Strides of zero make many elements of few bytes; a copy of those must stay affordable.
        if (elements * size > ImportLimits.Default.UnpackedBytes(tensor.Storage.Length))
            throw new ImportException(
                $"{Described()}: it would take {elements * size} bytes when made dense, from a storage of {tensor.Storage.Length}; make it contiguous before exporting");
        return (long)elements;
    }
}
