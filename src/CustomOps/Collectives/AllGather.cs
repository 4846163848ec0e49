namespace Evergraph.CustomOps;

/// <summary>
/// The whole tensor on every rank, from one part of ceil(size / tp_size) along an axis on each: the parts one after another
/// in the order of ranks, cut to <c>size</c>, so that padding rows are gone.
/// </summary>
/// <remarks>For features, which divide evenly, size is tp_size times the part's.</remarks>
[CustomOp("evergraph::all_gather(Tensor x, int dim, SymInt size, int tp_size, str group=\"tp\") -> Tensor", Traits = OperatorTraits.Collective)]
public static partial class AllGather
{
    public static TensorType Fake(TensorType x, long dim, Dim size, long tp_size, string group)
    {
        CollectiveShapes.RequireRanks(tp_size);
        int axis = CollectiveShapes.Axis(x, dim);
        Require(size >= 0, "size is negative");
        Require(x.Shape[axis] == Dim.CeilDiv(size, tp_size), "the part's size along dim is not ceil(size / tp_size)");
        return x with { Shape = x.Shape.With(axis, size) };
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x, long dim, long size, long tp_size, string group) =>
        tp_size == 1 ? x.Clone() : Gather("evergraph::all_gather", x, dim, size, ProcessGroup.Require("evergraph::all_gather", group, tp_size));

    public static OperatorSample Sample(SampleBuilder s)
    {
        int ranks = s.Pick(1, 2, 3, 4);
        s.OnRanks(ranks);
        var (sizes, axis, dim) = CollectiveShapes.SampleSizes(s);
        var size = sizes[axis];
        sizes[axis] = Dim.CeilDiv(size, ranks);
        return s.Call(s.Tensor(s.Any(), sizes), dim, size, ranks);
    }

    /// <summary>Gathers parts for an operator that does so on the way.</summary>
    internal static Tensor Gather(string @operator, Tensor x, long dim, long size, IProcessGroup ranks)
    {
        int axis = CollectiveShapes.Axis(x.Rank, dim);
        var layout = PartLayout.Of(x.DType, x.Sizes, axis, new(size, ranks.Size));
        var sizes = x.Sizes.ToArray();
        sizes[axis] = size;
        var result = Tensor.Empty(x.DType, sizes);
        var call = new CollectiveCall(@operator, x, size);
        if (layout.IsBlocked)
        {
            ranks.AllGather(call, x, result);
            return result;
        }

        var blocks = Scratch.Empty(x.DType, [ranks.Size, .. x.Sizes]);
        ranks.AllGather(call, x, blocks);
        layout.Unpack(blocks.ReadOnlyBytes(), result.Bytes());
        return result;
    }
}
