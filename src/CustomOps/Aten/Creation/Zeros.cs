namespace Evergraph.CustomOps.Aten;

/// <summary>Zeros everywhere. Where memory lies and how it is laid out is not the operator's to say.</summary>
[CustomOp(
    "aten::zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    Traits = OperatorTraits.Pure)]
public static partial class Zeros
{
    /// <summary>The sizes asked for; the type asked for, or float32.</summary>
    public static TensorType Fake(Dim[] size, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ConstantFill.TypeOf(size, dtype ?? DType.Float32);

    /// <summary>Zeros everywhere. Where memory lies and how it is laid out is not the operator's to say.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(long[] size, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ConstantFill.Of(dtype ?? DType.Float32, size, 0);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.AnyShape().ToArray(), s.Coin() ? s.Any() : null, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), s.Coin() ? s.Coin() : null);
}
