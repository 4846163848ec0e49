namespace Evergraph.CustomOps.Aten;

/// <summary>Zeros; of self only the element type counts. PyTorch leaves them undefined; zeros make every run the same.</summary>
[CustomOp(
    "aten::new_empty(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    Traits = OperatorTraits.Pure)]
public static partial class NewEmpty
{
    /// <summary>The sizes asked for; the type asked for, or self's.</summary>
    public static TensorType Fake(TensorType self, Dim[] size, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ConstantFill.TypeOf(size, dtype ?? self.DType);

    /// <summary>Zeros; of self only the element type counts. PyTorch leaves them undefined; zeros make every run the same.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] size, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        Tensor.Zeros(dtype ?? self.DType, size);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.Tensor(s.Any(), s.AnyShape()), s.AnyShape().ToArray(), s.Coin() ? s.Any() : null, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), s.Coin() ? s.Coin() : null);
}
