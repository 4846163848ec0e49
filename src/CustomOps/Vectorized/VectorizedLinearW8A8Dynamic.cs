using System.Numerics;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// <see cref="LinearW8A8Dynamic"/> with <see cref="VectorizedProducts"/>; rows are quantised and scaled back in vectors and shared
/// among the cores.
/// </summary>
/// <remarks>The int8 numbers are the reference's, bit for bit; they are scaled back in float32, to float64 in float64, and rounded to the result's type once.</remarks>
public static class VectorizedLinearW8A8Dynamic
{
    /// <summary>See <see cref="LinearW8A8Dynamic"/>.</summary>
    [Implementation(typeof(LinearW8A8Dynamic), "vectorized", DTypes = [DType.Float32, DType.Float16, DType.BFloat16, DType.Int8])]
    public static Tensor Run(Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias, DType? out_dtype)
    {
        int width = (int)weight.Sizes[1], features = (int)weight.Sizes[0];
        int rows = (int)LinearProduct.Rows(x);
        var quantized = Scratch.Empty(DType.Int8, rows, width);
        var scales = new float[rows];
        using (var source = Widened.Read(x))
        {
            var numbers = source.Tensor;
            RowBlocks.Run(rows, width, (first, count) =>
            {
                for (int row = first; row < first + count; row++)
                    scales[row] = QuantizeRow(numbers.ReadOnlySpan<float>().Slice(row * width, width), quantized.Span<sbyte>().Slice(row * width, width));
            });
        }

        var sums = Scratch.Empty(DType.Int32, rows, features);
        VectorizedProducts.Instance.Int8LinearRows(quantized, weight, 0, rows, sums, 0);

        long[] sizes = [.. x.Sizes[..^1], features];
        return (out_dtype ?? x.DType) switch
        {
            DType.Float64 => ScaleBack<double>(sums, scales, weight_scale, bias, Tensor.Empty(DType.Float64, sizes)),
            DType.Float32 => ScaleBack<float>(sums, scales, weight_scale, bias, Tensor.Empty(DType.Float32, sizes)),
            var narrow => Casts.To(ScaleBack<float>(sums, scales, weight_scale, bias, Scratch.Empty(DType.Float32, sizes)), narrow),
        };
    }

    /// <summary>values[i, j] = sums[i, j]·scales[i]·weightScale[j] + bias[j].</summary>
    private static Tensor ScaleBack<T>(Tensor sums, float[] scales, Tensor weightScale, Tensor? bias, Tensor values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int features = (int)sums.Sizes[1];
        var weightScales = Scratch.As(weightScale, values.DType);
        var added = bias is null ? null : Scratch.As(bias, values.DType);
        RowBlocks.Run(scales.Length, features, (first, count) =>
        {
            for (int row = first; row < first + count; row++)
            {
                var y = values.Span<T>().Slice(row * features, features);
                TensorPrimitives.ConvertTruncating(sums.ReadOnlySpan<int>().Slice(row * features, features), y);
                TensorPrimitives.Multiply(y, T.CreateTruncating(scales[row]), y);
                TensorPrimitives.Multiply(y, weightScales.ReadOnlySpan<T>(), y);
                if (added is not null)
                    TensorPrimitives.Add(y, added.ReadOnlySpan<T>(), y);
            }
        });
        return values;
    }

    /// <summary>One row of <see cref="Quantization.QuantizeRows"/>; returns its scale.</summary>
    private static float QuantizeRow(ReadOnlySpan<float> x, Span<sbyte> quantized)
    {
        float scale = x.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(x)) / 127f;
        int count = Vector<float>.Count, i = 0;
        for (; i <= x.Length - (4 * count); i += 4 * count)
        {
            var low = Vector.Narrow(Quotients(x[i..], scale), Quotients(x[(i + count)..], scale));
            var high = Vector.Narrow(Quotients(x[(i + (2 * count))..], scale), Quotients(x[(i + (3 * count))..], scale));
            Vector.Narrow(low, high).CopyTo(quantized[i..]);
        }

        for (; i < x.Length; i++)
        {
            float quotient = x[i] / scale;
            quantized[i] = float.IsNaN(quotient) ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(quotient), -127, 127);
        }

        return scale;
    }

    // A NaN becomes the integer 0.
    private static Vector<int> Quotients(ReadOnlySpan<float> x, float scale)
    {
        var rounded = Vector.Round(new Vector<float>(x) / new Vector<float>(scale));
        return Vector.ConvertToInt32(Vector.Min(Vector.Max(rounded, new Vector<float>(-127)), new Vector<float>(127)));
    }
}
