namespace Evergraph.CustomOps;

/// <summary>The sum of x over the ranks of a group, on every rank. Added in the order of ranks; see <see cref="RankSum"/>.</summary>
[CustomOp("evergraph::all_reduce(Tensor x, int tp_size, str group=\"tp\") -> Tensor", Traits = OperatorTraits.Collective)]
public static partial class AllReduce
{
    public static TensorType Fake(TensorType x, long tp_size, string group)
    {
        CollectiveShapes.RequireRanks(tp_size);
        CollectiveShapes.RequireNumbers(x);
        return x;
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x, long tp_size, string group)
    {
        if (tp_size == 1)
            return x.Clone();
        var ranks = ProcessGroup.Require("evergraph::all_reduce", group, tp_size);
        var result = Tensor.Empty(x.DType, x.Sizes);
        ranks.AllReduce(new("evergraph::all_reduce", x), x, result);
        return result;
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        int ranks = s.Pick(1, 2, 3, 4);
        s.OnRanks(ranks);
        return s.Call(s.Tensor(s.Number(), Shape.Create(s.Sizes(s.Next(0, 3)))), ranks);
    }
}
