namespace Evergraph.CustomOps;

/// <summary>
/// This rank's part of x along an axis: x is padded with zeros to tp_size equal parts of ceil(n / tp_size), and rank r has
/// part r. x is the same on every rank, and nothing is communicated.
/// </summary>
[CustomOp("evergraph::token_shard(Tensor x, int dim, int tp_size, str group=\"tp\") -> Tensor", Traits = OperatorTraits.RankDependent)]
public static partial class TokenShard
{
    public static TensorType Fake(TensorType x, long dim, long tp_size, string group)
    {
        CollectiveShapes.RequireRanks(tp_size);
        return CollectiveShapes.PartOf(x, dim, tp_size);
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x, long dim, long tp_size, string group)
    {
        if (tp_size == 1)
            return x.Clone();
        var ranks = ProcessGroup.Require("evergraph::token_shard", group, tp_size);
        int axis = CollectiveShapes.Axis(x.Rank, dim);
        var partition = new Partition(x.Sizes[axis], ranks.Size);
        var sizes = x.Sizes.ToArray();
        sizes[axis] = partition.Part;
        var result = Tensor.Empty(x.DType, sizes);
        PartLayout.Of(x.DType, x.Sizes, axis, partition).Extract(x.ReadOnlyBytes(), result.Bytes(), ranks.Rank);
        return result;
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        int ranks = s.Pick(1, 2, 3, 4);
        s.OnRanks(ranks);
        var (sizes, _, dim) = CollectiveShapes.SampleSizes(s);
        return s.Call(s.Shared(s.Any(), Shape.Create(sizes)), dim, ranks);
    }
}
