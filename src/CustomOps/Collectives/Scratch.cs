namespace Evergraph.CustomOps;

/// <summary>
/// Memory that an operator needs only while it runs. It does not come from <see cref="TensorAllocator"/>, whose planned
/// buffers are for results, and never leaves the operator.
/// </summary>
internal static class Scratch
{
    /// <summary>A tensor in new memory, not cleared.</summary>
    public static Tensor Empty(DType dtype, params ReadOnlySpan<long> sizes)
    {
        long elements = 1;
        foreach (long size in sizes)
            elements = checked(elements * size);
        return new(dtype, sizes.ToArray(), Storage.Allocate(checked(elements * dtype.Size())));
    }
}
