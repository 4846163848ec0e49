namespace Evergraph.CustomOps.Aten;

/// <summary>For each element of the index the element at the same place, but at the index's number along one axis.</summary>
[CustomOp("aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor")]
public static partial class Gather
{
    public static TensorType Fake(TensorType self, long dim, TensorType index, bool sparse_grad)
    {
        ElementIndexing.Check(self, dim, index);
        return new(self.DType, index.Shape);
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, Tensor index, bool sparse_grad)
    {
        var result = Tensor.Empty(self.DType, index.Sizes);
        long[] places = ElementPlaces.Along(index, self.Sizes, Axes.NormalizeOrScalar(dim, self.Rank));
        Rows.Gather(self, result, new(1, self.Elements, 1), places);
        return result;
    }

    /// <summary>Cut along the axis that is indexed, only the index is in parts; along another one both are.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        int axis = Axes.NormalizeOrScalar(query.Int(1), query.OperandTypes[0].Rank);
        if (query.Axis == axis)
            return query.Operand == 1 ? new([AxisSplit.Whole, axis], axis, query.Arguments) : null;
        return query.AlikeExcept(axis);
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, axis, index) = ElementIndexing.Draw(s);
        return s.Call(self, s.Signed(axis, self.Type.Rank), index);
    }
}
