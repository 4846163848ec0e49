namespace Evergraph.CustomOps;

/// <summary>What the fakes and samples of collectives share.</summary>
internal static class CollectiveShapes
{
    /// <summary>Refuses a group of no ranks.</summary>
    public static void RequireRanks(long tpSize) => Require(tpSize is >= 1 and <= int.MaxValue, $"tp_size is not a number of ranks: expected at least 1, given {tpSize}");

    /// <summary>Refuses what has no sum.</summary>
    public static void RequireNumbers(TensorType x) => Require(x.DType != DType.Bool, "a sum over ranks is of numbers: expected a floating-point or integer type, given bool");

    /// <summary>The axis that a possibly negative <paramref name="dim"/> names.</summary>
    public static int Axis(TensorType x, long dim)
    {
        Require(dim >= -x.Rank && dim < x.Rank, $"dim is out of range: expected -{x.Rank} to {x.Rank - 1} for {x}, given {dim}");
        return Axis(x.Rank, dim);
    }

    /// <summary>The axis that a possibly negative <paramref name="dim"/> names, in range.</summary>
    public static int Axis(int rank, long dim) => (int)(dim < 0 ? dim + rank : dim);

    /// <summary>The type of one of tp_size equal parts.</summary>
    public static TensorType PartOf(TensorType x, long dim, long tpSize)
    {
        int axis = Axis(x, dim);
        return x with { Shape = x.Shape.With(axis, Dim.CeilDiv(x.Shape[axis], tpSize)) };
    }

    /// <summary>Sizes of rank 1 to 3, an axis of them, and the axis as a caller may write it.</summary>
    public static (Dim[] Sizes, int Axis, int Dim) SampleSizes(SampleBuilder s)
    {
        int rank = s.Next(1, 3), axis = s.Next(0, rank - 1);
        var sizes = s.Sizes(rank);
        sizes[axis] = s.Size(0, 9);
        return (sizes, axis, s.Coin() ? axis : axis - rank);
    }
}
