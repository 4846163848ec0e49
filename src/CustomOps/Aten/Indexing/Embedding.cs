namespace Evergraph.CustomOps.Aten;

/// <summary>The rows of a matrix that indices name. <c>padding_idx</c>, <c>scale_grad_by_freq</c> and <c>sparse</c> concern gradients only.</summary>
[CustomOp("aten::embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor")]
public static partial class Embedding
{
    public static TensorType Fake(TensorType weight, TensorType indices, Dim padding_idx, bool scale_grad_by_freq, bool sparse)
    {
        Require(weight.Rank == 2, $"the weight is a matrix: expected rank 2, given {weight.Rank}");
        Require(
            Places.AreHeldBy(indices.DType),
            $"the indices have a wrong element type: expected int64 or int32, given {indices.DType.Name()}");
        return new(weight.DType, [.. indices.Shape, weight.Shape[1]]);
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor weight, Tensor indices, long padding_idx, bool scale_grad_by_freq, bool sparse)
    {
        var result = Tensor.Empty(weight.DType, [.. indices.Sizes, weight.Sizes[1]]);
        var block = AxisBlock.Around(weight.Sizes, 0);
        Rows.Gather(weight, result, block, Places.Read(indices, block.Size, 0, negative: false));
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        if (query.Operand == 1)
            return new([AxisSplit.Whole, query.Axis], query.Axis, query.Arguments);
        return query.Axis == 0 ? null : new([1, AxisSplit.Whole], query.OutputTypes[0].Rank - 1, query.Arguments);
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        Dim rows = s.Size(1);
        var weight = s.Tensor(s.Any(), [rows, s.Size()]);
        var indices = s.Indices([.. s.Sizes(s.Next(0, 3))], rows, dtype: s.Pick(DType.Int64, DType.Int32));
        return s.Coin() ? s.Call(weight, indices) : s.Call(weight, indices, (Dim)0, s.Coin(), s.Coin());
    }
}
