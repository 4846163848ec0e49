namespace Evergraph.CustomOps;

/// <summary>
/// One part of the sum of x over the ranks: the sum is padded with zeros along an axis to tp_size equal parts of
/// ceil(n / tp_size), and rank r has part r. Added in the order of ranks; see <see cref="RankSum"/>.
/// </summary>
[CustomOp("evergraph::reduce_scatter(Tensor x, int dim, int tp_size, str group=\"tp\") -> Tensor", Traits = OperatorTraits.Collective)]
public static partial class ReduceScatter
{
    public static TensorType Fake(TensorType x, long dim, long tp_size, string group)
    {
        CollectiveShapes.RequireRanks(tp_size);
        CollectiveShapes.RequireNumbers(x);
        return CollectiveShapes.PartOf(x, dim, tp_size);
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x, long dim, long tp_size, string group)
    {
        if (tp_size == 1)
            return x.Clone();
        var ranks = ProcessGroup.Require("evergraph::reduce_scatter", group, tp_size);
        int axis = CollectiveShapes.Axis(x.Rank, dim);
        var partition = new Partition(x.Sizes[axis], ranks.Size);
        var layout = PartLayout.Of(x.DType, x.Sizes, axis, partition);
        var sizes = x.Sizes.ToArray();
        sizes[axis] = partition.Part;
        var result = Tensor.Empty(x.DType, sizes);
        var blocks = x;
        if (!layout.IsBlocked)
        {
            blocks = Scratch.Empty(x.DType, [ranks.Size, .. sizes]);
            layout.Pack(x.ReadOnlyBytes(), blocks.Bytes());
        }

        ranks.ReduceScatter(new("evergraph::reduce_scatter", x), blocks, result);
        return result;
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        int ranks = s.Pick(1, 2, 3, 4);
        s.OnRanks(ranks);
        var (sizes, _, dim) = CollectiveShapes.SampleSizes(s);
        return s.Call(s.Tensor(s.Number(), Shape.Create(sizes)), dim, ranks);
    }
}
