using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>Cuts the parameters that ranks share.</summary>
internal static class ParameterParts
{
    /// <summary>What one rank has of a parameter: all of it, or its part along the sharded axis.</summary>
    public static Tensor Of(GraphParameter parameter, int rank)
    {
        if (parameter.Sharding is not { } sharding)
            return parameter.Data;
        var whole = parameter.Data;
        long[] sizes = whole.Sizes.ToArray();
        long size = sizes[sharding.Axis];
        sizes[sharding.Axis] = size / sharding.Parts;

        // [outer, parts, block]: block is one rank's part for one index of the axes before the sharded one.
        long outer = 1, block = whole.DType.Size();
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            if (axis < sharding.Axis)
                outer *= sizes[axis];
            else
                block *= sizes[axis];
        }

        if (outer == 1)
            return new(whole.DType, sizes, whole.Storage, whole.ByteOffset + (rank * block));
        var part = Tensor.Empty(whole.DType, sizes);
        var source = whole.ReadOnlyBytes();
        var target = part.Bytes();
        for (long i = 0; i < outer; i++)
            source.Slice((int)(((i * sharding.Parts) + rank) * block), (int)block).CopyTo(target[(int)(i * block)..]);
        return part;
    }
}
