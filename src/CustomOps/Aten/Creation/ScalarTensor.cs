namespace Evergraph.CustomOps.Aten;

/// <summary>A number as a 0-d tensor. Where memory lies and how it is laid out is not the operator's to say.</summary>
[CustomOp(
    "aten::scalar_tensor(Scalar s, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    Traits = OperatorTraits.Pure)]
public static partial class ScalarTensor
{
    /// <summary>No dimensions; the type asked for, or float32 whatever the number is.</summary>
    public static TensorType Fake(Scalar s, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        new(dtype ?? DType.Float32, Shape.Scalar);

    /// <summary>A number as a 0-d tensor. Where memory lies and how it is laid out is not the operator's to say.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Scalar s, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ConstantFill.Of(dtype ?? DType.Float32, [], s);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.AnyScalar(), s.Coin() ? s.Any() : null, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), s.Coin() ? s.Coin() : null);
}
