namespace Evergraph.CustomOps.Aten;

/// <summary>
/// A copy with other values at the places that index tensors name; see <see cref="Indexing"/>. With <c>accumulate</c> the values
/// are added, else where places repeat, the last one stays.
/// </summary>
[CustomOp("aten::index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor")]
public static partial class IndexPut
{
    public static TensorType Fake(TensorType self, TensorType?[] indices, TensorType values, bool accumulate)
    {
        Require(values.DType == self.DType, $"the element types differ: expected {self.DType.Name()} values, given {values.DType.Name()}");
        Broadcast.RequireExpandable(values.Shape, Indexing.Infer(self, indices));
        return self;
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor?[] indices, Tensor values, bool accumulate)
    {
        var plan = new IndexPlan(self, indices);
        var selected = Scratch.Empty(self.DType, plan.ResultSizes);
        StridedCopy.ExpandInto(values, selected);
        var result = Tensor.Empty(self.DType, self.Sizes);
        var arranged = plan.IsArranged ? result : Scratch.Empty(self.DType, plan.Sizes);
        plan.Arrange(self).ReadOnlyBytes().CopyTo(arranged.Bytes());
        if (accumulate)
            Rows.Accumulate(selected, arranged, plan.Block, plan.Places);
        else
            Rows.Scatter(selected, arranged, plan.Block, plan.Places);
        if (!plan.IsArranged)
            StridedCopy.PermuteBack(arranged, plan.Order, result);
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => IndexSplits.IndexPut(query);

    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, indices) = Indexing.Draw(s, masks: true);
        bool masked = indices.Any(index => index?.Type.DType == DType.Bool);
        if (masked)
            return s.Call(self, indices, s.Tensor(self.Type.DType, []), s.Coin());
        Dim[] values = [.. Indexing.Infer(self.Type, Array.ConvertAll(indices, index => index?.Type))];
        int lead = s.Next(0, values.Length);
        for (int i = 0; i < values.Length; i++)
            values[i] = s.Next(0, 3) == 0 ? 1 : values[i];
        return s.Call(self, indices, s.Tensor(self.Type.DType, Shape.Create(values.AsSpan(lead))), s.Coin());
    }
}
