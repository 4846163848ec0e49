namespace Evergraph.CustomOps.Aten;

/// <summary>
/// The elements at the places that index tensors name; see <see cref="Indexing"/>. With a bool mask the number of elements
/// depends on data.
/// </summary>
[CustomOp("aten::index.Tensor(Tensor self, Tensor?[] indices) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.DataDependent)]
public static partial class IndexTensor
{
    public static TensorType Fake(TensorType self, TensorType?[] indices) => new(self.DType, Indexing.Infer(self, indices));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor?[] indices)
    {
        var plan = new IndexPlan(self, indices);
        var result = Tensor.Empty(self.DType, plan.ResultSizes);
        Rows.Gather(plan.Arrange(self), result, plan.Block, plan.Places);
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => IndexSplits.Index(query);

    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, indices) = Indexing.Draw(s, masks: true);
        return s.Call(self, indices);
    }
}
