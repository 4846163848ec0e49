namespace Evergraph.CustomOps.Aten;

/// <summary>Surrounds the tensor with a value, or cuts off where a pad is negative.</summary>
[CustomOp("aten::constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor")]
public static partial class ConstantPadNd
{
    public static TensorType Fake(TensorType self, Dim[] pad, Scalar value) => new(self.DType, Padding.Infer(self.Shape, pad));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] pad, Scalar value) => Padding.Fill(self, pad, value);

    public static AxisSplit? SplitAxis(AxisQuery query) => Padding.Split(query);

    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, pad) = Padding.Draw(s);
        return s.Call(self, pad, s.Pick<Scalar>(0, 1, 1.5, true));
    }
}
