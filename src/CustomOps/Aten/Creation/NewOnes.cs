namespace Evergraph.CustomOps.Aten;

/// <summary>Ones everywhere; of self only the element type counts. Where memory lies and how it is laid out is not the operator's to say.</summary>
[CustomOp(
    "aten::new_ones(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    Traits = OperatorTraits.Pure)]
public static partial class NewOnes
{
    /// <summary>The sizes asked for; the type asked for, or self's.</summary>
    public static TensorType Fake(TensorType self, Dim[] size, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ConstantFill.TypeOf(size, dtype ?? self.DType);

    /// <summary>Ones everywhere; of self only the element type counts. Where memory lies and how it is laid out is not the operator's to say.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] size, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ConstantFill.Of(dtype ?? self.DType, size, 1);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.Tensor(s.Any(), s.AnyShape()), s.AnyShape().ToArray(), s.Coin() ? s.Any() : null, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), s.Coin() ? s.Coin() : null);
}
