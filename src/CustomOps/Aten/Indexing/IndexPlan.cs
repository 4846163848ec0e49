namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Index tensors of one call made into places: the operand with the indexed axes together is [outer, span, inner], and row b
/// of the result is at <c>Places[b]</c> along the span.
/// </summary>
internal sealed class IndexPlan
{
    /// <summary>Reads the index tensors.</summary>
    /// <exception cref="EvergraphException">An index is out of range.</exception>
    public IndexPlan(Tensor self, Tensor?[] indices)
    {
        int rank = self.Rank;
        var indexed = Indexing.Indexed(rank, Array.ConvertAll(indices, index => index?.Type));
        var (first, count, adjacent) = Indexing.Layout(indexed);
        int[] all = [.. Enumerable.Range(0, rank)];
        Order = adjacent || count == 0 ? all : [.. all.Where(axis => indexed[axis]), .. all.Where(axis => !indexed[axis])];
        Sizes = [.. Order.Select(axis => self.Sizes[axis])];
        Block = new(
            AxisBlock.Product(Sizes.AsSpan(0, first)),
            AxisBlock.Product(Sizes.AsSpan(first, count)),
            AxisBlock.Product(Sizes.AsSpan(first + count)));
        var coordinates = Coordinates(self.Sizes, indices);
        long[] broadcast = [];
        foreach (var (_, index) in coordinates)
            broadcast = Broadcast.Sizes(broadcast, index.Sizes);
        // Without any index tensor the result is the operand: one place along a span of 1.
        Places = new long[AxisBlock.Product(broadcast)];
        long stride = Block.Size;
        foreach (var (axis, index) in coordinates)
        {
            long size = self.Sizes[axis];
            stride = size == 0 ? 0 : stride / size;
            var places = Scratch.Of(Kernels.Places.Read(index, size, axis, negative: true), index.Sizes);
            var spread = Spread(places, broadcast);
            for (int i = 0; i < Places.Length; i++)
                Places[i] += spread[i] * stride;
        }

        ResultSizes = [.. Sizes.AsSpan(0, first), .. coordinates.Count > 0 ? broadcast : [], .. Sizes.AsSpan(first + count)];
    }

    /// <summary>The order of the operand's axes in which the indexed ones are neighbours.</summary>
    public int[] Order { get; }

    /// <summary>The operand's sizes in that order.</summary>
    public long[] Sizes { get; }

    /// <summary>The operand in that order around its indexed axes.</summary>
    public AxisBlock Block { get; }

    /// <summary>Where each row of the result is along the indexed axes.</summary>
    public long[] Places { get; }

    /// <summary>The sizes of what is selected.</summary>
    public long[] ResultSizes { get; }

    /// <summary>The operand with the indexed axes together; itself where they are.</summary>
    public Tensor Arrange(Tensor self)
    {
        if (IsArranged)
            return self;
        var arranged = Scratch.Empty(self.DType, Sizes);
        StridedCopy.PermuteInto(self, Order, arranged);
        return arranged;
    }

    /// <summary>Whether the indexed axes are neighbours.</summary>
    public bool IsArranged => Order.AsSpan().SequenceEqual(Enumerable.Range(0, Order.Length).ToArray());

    private static long[] Spread(Tensor places, long[] sizes)
    {
        var spread = Scratch.Empty(DType.Int64, sizes);
        StridedCopy.ExpandInto(places, spread);
        return spread.ReadOnlySpan<long>().ToArray();
    }

    // Each indexed axis with its index tensor; the coordinates of a mask's true elements are one tensor for each axis.
    private static List<(int Axis, Tensor Index)> Coordinates(ReadOnlySpan<long> sizes, Tensor?[] indices)
    {
        var coordinates = new List<(int, Tensor)>();
        int axis = 0;
        foreach (var index in indices)
        {
            if (index is null)
            {
                axis++;
            }
            else if (index.DType != DType.Bool)
            {
                coordinates.Add((axis++, index));
            }
            else
            {
                long[] flat = TrueElements.Of(index);
                long[] strides = StridedCopy.DenseStrides(index.Sizes);
                for (int i = 0; i < index.Rank; i++, axis++)
                {
                    var (stride, size) = (strides[i], sizes[axis]);
                    coordinates.Add((axis, Scratch.Of(Array.ConvertAll(flat, place => place / stride % size), [flat.Length])));
                }
            }
        }

        return coordinates;
    }
}
