namespace Evergraph.CustomOps.Aten;

/// <summary>A copy with one number put at each element's own place, but at the index's number along one axis.</summary>
[CustomOp("aten::scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor")]
public static partial class ScatterValue
{
    public static TensorType Fake(TensorType self, long dim, TensorType index, Scalar value)
    {
        ElementIndexing.Check(self, dim, index);
        return self;
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, Tensor index, Scalar value)
    {
        var result = StridedCopy.Reshape(self, self.Sizes);
        var bytes = result.Bytes();
        int size = self.DType.Size();
        Span<byte> element = stackalloc byte[size];
        Casts.Write(value, self.DType, element);
        foreach (long place in ElementPlaces.Along(index, self.Sizes, Axes.NormalizeOrScalar(dim, self.Rank)))
            element.CopyTo(bytes[(int)(place * size)..]);
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query) =>
        query.AlikeExcept(Axes.NormalizeOrScalar(query.Int(1), query.OperandTypes[0].Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, axis, index) = ElementIndexing.Draw(s);
        return s.Call(self, s.Signed(axis, self.Type.Rank), index, s.Pick<Scalar>(1, 2.5, true));
    }
}
