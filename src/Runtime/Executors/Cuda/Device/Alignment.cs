namespace Evergraph.Runtime.Cuda.Device;

/// <summary>Where parts of a block of memory begin.</summary>
internal static class Alignment
{
    /// <summary>Where <c>cuMemAlloc</c>'s own blocks may begin; vectors of 16 bytes need 16.</summary>
    public const long Block = 256;

    /// <summary>What the host copies in pieces side by side.</summary>
    public const long Copy = 16;

    /// <summary>The first multiple of an alignment that is not below a place.</summary>
    public static long Up(long place, long alignment) => (place + alignment - 1) / alignment * alignment;
}
