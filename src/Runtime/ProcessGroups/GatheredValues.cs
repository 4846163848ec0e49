using System.Runtime.InteropServices;
using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>How ranks look at each other's small values, to decide alike.</summary>
internal static class GatheredValues
{
    /// <summary>Tells every rank every rank's values.</summary>
    /// <param name="group">This rank's end of the group.</param>
    /// <param name="what">What they are about, the same on every rank.</param>
    /// <param name="own">This rank's values, as many on every rank.</param>
    /// <returns>All values, rank 0's first.</returns>
    /// <exception cref="ProcessGroupException">A rank failed, did not come, called something else, or has another number of values.</exception>
    public static T[] AllGather<T>(this IProcessGroup group, string what, ReadOnlySpan<T> own)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(own);
        Tensor part = Tensor.Empty(DType.UInt8, [bytes.Length]), all = Tensor.Empty(DType.UInt8, [(long)group.Size * bytes.Length]);
        bytes.CopyTo(part.Bytes());
        group.AllGather(new(what, part), part, all);
        return MemoryMarshal.Cast<byte, T>(all.ReadOnlyBytes()).ToArray();
    }
}
