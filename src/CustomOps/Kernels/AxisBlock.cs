namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// A dense tensor seen around one axis, as [outer, size, inner]: element (o, a, i) is number (o·size + a)·inner + i.
/// </summary>
/// <param name="Outer">The product of the sizes before the axis.</param>
/// <param name="Size">The size along the axis.</param>
/// <param name="Inner">The product of the sizes behind the axis.</param>
public readonly record struct AxisBlock(long Outer, long Size, long Inner)
{
    /// <summary>The block around an axis; a scalar is [1, 1, 1].</summary>
    public static AxisBlock Around(ReadOnlySpan<long> sizes, int axis) => sizes.IsEmpty
        ? new(1, 1, 1)
        : new(Product(sizes[..axis]), sizes[axis], Product(sizes[(axis + 1)..]));

    /// <summary>The product of sizes; 1 for none.</summary>
    public static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
            product = unchecked(product * size);
        return product;
    }
}
