namespace Evergraph.CustomOps.Aten;

/// <summary>start, start + step, … before end; the ends may be symbolic, the step is a constant.</summary>
[CustomOp(
    "aten::arange.start_step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    Traits = OperatorTraits.Pure)]
public static partial class ArangeStartStep
{
    /// <summary>ceil((end − start) / step) elements. The dtype asked for, or int64 where all numbers are integers, float32 otherwise.</summary>
    public static TensorType Fake(Scalar start, Scalar end, Scalar step, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ArithmeticSequence.TypeOf(start, end, step, dtype);

    /// <summary>start, start + step, … before end; the ends may be symbolic, the step is a constant.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Scalar start, Scalar end, Scalar step, DType? dtype, string? layout, string? device, bool? pin_memory) =>
        ArithmeticSequence.Of(start, end, step, dtype);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        Dim size = s.Size();
        Dim start = s.Size();
        var (first, end, step) = s.Pick<(Scalar, Scalar, Scalar)>(
            (start, start + size, 1), (start, start + (3 * size), 2), (0, size, 3), (start + size, start, -1), (size, -3, -2), (-2, 4, 1.5), (1, -2.5, -1));
        var dtype = s.Coin() ? s.Number() : (DType?)null;
        return s.Call(first, end, step, dtype, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), false);
    }
}
