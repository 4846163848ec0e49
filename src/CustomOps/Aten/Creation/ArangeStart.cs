namespace Evergraph.CustomOps.Aten;

/// <summary>start, start + 1, … below end; both may be symbolic.</summary>
[CustomOp(
    "aten::arange.start(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    Traits = OperatorTraits.Pure)]
public static partial class ArangeStart
{
    /// <summary>ceil(end − start) elements. The dtype asked for, or int64 where all numbers are integers, float32 otherwise.</summary>
    public static TensorType Fake(Scalar start, Scalar end, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ArithmeticSequence.TypeOf(start, end, 1, dtype);

    /// <summary>start, start + 1, … below end; both may be symbolic.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Scalar start, Scalar end, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ArithmeticSequence.Of(start, end, 1, dtype);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        Dim start = s.Size();
        var (first, end) = s.Pick<(Scalar, Scalar)>((start, start + s.Size()), (-2, s.Size()), (-1.5, 3), (0, 2.25));
        return s.Call(first, end, s.Coin() ? s.Number() : null, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), false);
    }
}
