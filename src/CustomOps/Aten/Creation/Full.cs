namespace Evergraph.CustomOps.Aten;

/// <summary>One number everywhere. Where memory lies and how it is laid out is not the operator's to say.</summary>
[CustomOp(
    "aten::full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    Traits = OperatorTraits.Pure)]
public static partial class Full
{
    /// <summary>The sizes asked for; the type asked for, or bool, int64 or float32 as the number is.</summary>
    public static TensorType Fake(Dim[] size, Scalar fill_value, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ConstantFill.TypeOf(size, dtype ?? fill_value.DType);

    /// <summary>One number everywhere. Where memory lies and how it is laid out is not the operator's to say.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(long[] size, Scalar fill_value, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ConstantFill.Of(dtype ?? fill_value.DType, size, fill_value);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.AnyShape().ToArray(), s.AnyScalar(), s.Coin() ? s.Any() : null, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), s.Coin() ? s.Coin() : null);
}
