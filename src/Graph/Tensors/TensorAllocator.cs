namespace Evergraph.Graph;

/// <summary>
/// Where a kernel's new tensors get their memory on this thread. An executor puts its own in place around a kernel, so
/// that results land in planned buffers without the kernel knowing.
/// </summary>
public abstract class TensorAllocator
{
    [ThreadStatic]
    private static TensorAllocator? t_current;

    /// <summary>The allocator in force on this thread, or null for the process's heap.</summary>
    public static TensorAllocator? Current => t_current;

    /// <summary>Puts an allocator in force on this thread and returns the one before, to be put back.</summary>
    public static TensorAllocator? Exchange(TensorAllocator? allocator)
    {
        var previous = t_current;
        t_current = allocator;
        return previous;
    }

    /// <summary>At least this many bytes, not cleared, that no other live tensor uses.</summary>
    public abstract Storage Allocate(long bytes);
}
