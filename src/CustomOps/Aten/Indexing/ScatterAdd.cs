namespace Evergraph.CustomOps.Aten;

/// <summary>A copy with the source's elements added at their own places, but at the index's number along one axis.</summary>
[CustomOp("aten::scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor")]
public static partial class ScatterAdd
{
    public static TensorType Fake(TensorType self, long dim, TensorType index, TensorType src)
    {
        ElementIndexing.Check(self, dim, index);
        ElementIndexing.CheckSource(self, index, src);
        return self;
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, Tensor index, Tensor src)
    {
        var result = StridedCopy.Reshape(self, self.Sizes);
        long[] places = ElementPlaces.Along(index, self.Sizes, Axes.NormalizeOrScalar(dim, self.Rank));
        Rows.Accumulate(ElementIndexing.Crop(src, index), result, new(1, self.Elements, 1), places);
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query) =>
        query.AlikeExcept(Axes.NormalizeOrScalar(query.Int(1), query.OperandTypes[0].Rank));

    public static OperatorSample Sample(SampleBuilder s) => ScatterSrc.Sample(s);
}
