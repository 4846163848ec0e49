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
    public static Tensor Real(Tensor x, long dim, long size, long tp_size, string group)
    {
        if (tp_size == 1)
            return x.Clone();
        var ranks = ProcessGroup.Require("evergraph::all_gather", group, tp_size);
        int axis = CollectiveShapes.Axis(x.Rank, dim);
        var sizes = x.Sizes.ToArray();
        sizes[axis] = size;
        var result = Tensor.Empty(x.DType, sizes);
        Gather(new("evergraph::all_gather", x, size), x, axis, result, ranks);
        return result;
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        int ranks = s.Pick(1, 2, 3, 4);
        s.OnRanks(ranks);
        var (sizes, axis, dim) = CollectiveShapes.SampleSizes(s);
        var size = sizes[axis];
        sizes[axis] = Dim.CeilDiv(size, ranks);
        return s.Call(s.Tensor(s.Any(), Shape.Create(sizes)), dim, size, ranks);
    }

    /// <summary>Gathers parts along an axis and drops the padding.</summary>
    /// <param name="call">What ranks compare.</param>
    /// <param name="part">This rank's part.</param>
    /// <param name="axis">The axis, from 0.</param>
    /// <param name="whole">Where the result goes; its size along the axis is the whole one.</param>
    /// <param name="ranks">Who takes part.</param>
    internal static void Gather(CollectiveCall call, Tensor part, int axis, Tensor whole, IProcessGroup ranks)
    {
        var layout = PartLayout.Of(part.DType, part.Sizes, axis, new(whole.Sizes[axis], ranks.Size));
        if (layout.IsBlocked)
        {
            ranks.AllGather(call, part, whole);
            return;
        }

        var blocks = Scratch.Empty(part.DType, [ranks.Size, .. part.Sizes]);
        ranks.AllGather(call, part, blocks);
        layout.Unpack(blocks.ReadOnlyBytes(), whole.Bytes());
    }
}
