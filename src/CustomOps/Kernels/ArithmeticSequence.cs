using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Kernels;

/// <summary>The numbers start, start + step, start + 2·step, … before end, as arange gives them.</summary>
public static class ArithmeticSequence
{
    private const int Chunk = 512;

    /// <summary>The type of the sequence, for fakes: ceil((end − start) / step) elements, symbolic where the ends are.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="end">The bound, which does not belong to the sequence.</param>
    /// <param name="step">The distance; a constant, not 0.</param>
    /// <param name="dtype">The element type; int64 for integers and float32 otherwise where it is null.</param>
    /// <exception cref="ShapeException">The step is 0 or symbolic, or leads away from the end.</exception>
    public static TensorType TypeOf(Scalar start, Scalar end, Scalar step, DType? dtype)
    {
        var result = TypeOf(dtype, start, end, step);
        if (result == DType.Bool)
            throw Fail("a sequence of bools is not defined: expected an integer or floating-point dtype");
        return new(result, [Length(start, end, step, result)]);
    }

    /// <summary>The sequence.</summary>
    public static Tensor Of(Scalar start, Scalar end, Scalar step, DType? dtype)
    {
        var type = TypeOf(start, end, step, dtype);
        var result = Tensor.Empty(type.DType, type.Shape[0].Value);
        if (type.DType.IsInteger())
            FillIntegers(result, start.ToInt64(), step.ToInt64());
        else if (type.DType is DType.Float16 or DType.BFloat16)
            FillFloats(result, (float)start.ToDouble(), (float)step.ToDouble());
        else
            FillDoubles(result, start.ToDouble(), step.ToDouble());
        return result;
    }

    private static DType TypeOf(DType? dtype, Scalar start, Scalar end, Scalar step) =>
        dtype ?? (start.Kind == ScalarKind.Float || end.Kind == ScalarKind.Float || step.Kind == ScalarKind.Float ? DType.Float32 : DType.Int64);

    private static Dim Length(Scalar start, Scalar end, Scalar step, DType dtype)
    {
        if (step.Kind != ScalarKind.Float && !step.Integer.IsConstant)
            throw Fail($"the step of a sequence is symbolic: expected a constant, given {step}");
        // PyTorch truncates all three for int64 before it counts, and for the other integer types after.
        bool integers = dtype == DType.Int64 || (start.Kind != ScalarKind.Float && end.Kind != ScalarKind.Float && step.Kind != ScalarKind.Float);
        if (step.ToDouble() == 0 || (dtype.IsInteger() && step.ToInt64() == 0))
            throw Fail($"the step of a {dtype.Name()} sequence is zero: expected another number, given {step}");
        if (!integers)
            return Length(Number(start), Number(end), Number(step));
        var first = Whole(start);
        var bound = Whole(end);
        long distance = step.ToInt64();
        Require(distance > 0 ? bound >= first : bound <= first, "the step of a sequence leads away from its end");
        return Dim.CeilDiv(bound - first, distance);
    }

    private static Dim Length(double start, double end, double step)
    {
        if (!double.IsFinite(start) || !double.IsFinite(end) || double.IsNaN(step))
            throw Fail($"the ends of a sequence are not finite: given {FloatText.Format(start)} and {FloatText.Format(end)}");
        double length = Math.Ceiling((end - start) / step);
        if (length < 0)
            throw Fail($"the step of a sequence leads away from its end: given {FloatText.Format(start)} to {FloatText.Format(end)} by {FloatText.Format(step)}");
        return length <= int.MaxValue ? (long)length : throw Fail($"a sequence has too many elements: expected at most {int.MaxValue}, given {FloatText.Format(length)}");
    }

    private static Dim Whole(Scalar scalar) => scalar.Kind == ScalarKind.Float ? scalar.ToInt64() : scalar.Integer;

    private static double Number(Scalar scalar) =>
        scalar.Kind == ScalarKind.Float || scalar.Integer.IsConstant ? scalar.ToDouble() : throw Fail(
            $"a sequence mixes a symbolic end with floating-point numbers: expected integers, given {scalar}");

    private static void FillIntegers(Tensor result, long start, long step)
    {
        Span<long> buffer = stackalloc long[Chunk];
        for (int i = 0; i < result.Elements; i += Chunk)
        {
            var part = buffer[..(int)Math.Min(Chunk, result.Elements - i)];
            for (int j = 0; j < part.Length; j++)
                part[j] = unchecked(start + (step * (i + j)));
            Store(MemoryMarshal.AsBytes(part), DType.Int64, result, i, part.Length);
        }
    }

    // The 16-bit types are accumulated in float, the others in double.
    private static void FillFloats(Tensor result, float start, float step)
    {
        Span<float> buffer = stackalloc float[Chunk];
        for (int i = 0; i < result.Elements; i += Chunk)
        {
            var part = buffer[..(int)Math.Min(Chunk, result.Elements - i)];
            for (int j = 0; j < part.Length; j++)
                part[j] = start + (step * (i + j));
            Store(MemoryMarshal.AsBytes(part), DType.Float32, result, i, part.Length);
        }
    }

    private static void FillDoubles(Tensor result, double start, double step)
    {
        Span<double> buffer = stackalloc double[Chunk];
        for (int i = 0; i < result.Elements; i += Chunk)
        {
            var part = buffer[..(int)Math.Min(Chunk, result.Elements - i)];
            for (int j = 0; j < part.Length; j++)
                part[j] = start + (step * (i + j));
            Store(MemoryMarshal.AsBytes(part), DType.Float64, result, i, part.Length);
        }
    }

    private static void Store(ReadOnlySpan<byte> part, DType from, Tensor result, int start, int count)
    {
        int width = result.DType.Size();
        Casts.Convert(part, from, result.Bytes().Slice(start * width, count * width), result.DType);
    }
}
