namespace Evergraph.CustomOps.Aten;

/// <summary>0, 1, 2, … below end, which may be symbolic.</summary>
[CustomOp(
    "aten::arange(Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    Traits = OperatorTraits.Pure)]
public static partial class Arange
{
    /// <summary>ceil(end) elements. The dtype asked for, or int64 where all numbers are integers, float32 otherwise.</summary>
    public static TensorType Fake(Scalar end, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ArithmeticSequence.TypeOf(0, end, 1, dtype);

    /// <summary>0, 1, 2, … below end, which may be symbolic.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Scalar end, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ArithmeticSequence.Of(0, end, 1, dtype);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var end = s.Pick<Scalar>(s.Size(), s.Size() + s.Size(), s.Next(0, 5), s.Random.NextDouble() * 5);
        return s.Call(end, s.Coin() ? s.Number() : null, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), false);
    }
}
