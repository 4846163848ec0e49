namespace Evergraph.CustomOps.Aten;

/// <summary>Surrounds the tensor with a value, or cuts off where a pad is negative. Only the mode <c>constant</c>.</summary>
[CustomOp("aten::pad(Tensor self, SymInt[] pad, str mode=\"constant\", float? value=None) -> Tensor")]
public static partial class Pad
{
    public static TensorType Fake(TensorType self, Dim[] pad, string mode, double? value)
    {
        Require(mode == "constant", $"no implementation of this mode: expected constant, given {mode}; replace the padding by cat of slices or by an operator of your own");
        return new(self.DType, Padding.Infer(self.Shape, pad));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] pad, string mode, double? value) => Padding.Fill(self, pad, value ?? 0.0);

    public static AxisSplit? SplitAxis(AxisQuery query) => Padding.Split(query);

    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, pad) = Padding.Draw(s);
        return s.Coin() ? s.Call(self, pad) : s.Call(self, pad, "constant", s.Pick(0.0, 2.5));
    }
}
