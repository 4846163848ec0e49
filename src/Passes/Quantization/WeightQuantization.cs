using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Evergraph.Passes;

/// <summary>Symmetric int8 weights with a scale for each output channel.</summary>
internal static class WeightQuantization
{
    /// <summary>
    /// <c>scale_j = max_k |w[j, k]| / 127</c> in float32, <c>q[j, k] = round(w[j, k] / scale_j)</c>, ties to even: so w comes back
    /// to within scale_j / 2. A channel of zeros has the smallest normal scale, and stays zeros.
    /// </summary>
    /// <param name="parameter">A floating-point weight, [output features, input features]; its whole data is read.</param>
    /// <returns>int8 of the data's sizes, and float32 [output features].</returns>
    /// <exception cref="EvergraphException">A number is not finite, or a scale would not be.</exception>
    public static (Tensor Quantized, Tensor Scale) PerChannel(GraphParameter parameter)
    {
        var data = parameter.Data;
        int channels = (int)data.Sizes[0], width = (int)data.Sizes[1];
        var quantized = Tensor.Empty(DType.Int8, data.Sizes);
        var scales = Tensor.Empty(DType.Float32, channels);
        var row = Tensor.Empty(DType.Float64, width);
        int stride = width * data.DType.Size();
        for (int channel = 0; channel < channels; channel++)
        {
            Casts.Convert(data.ReadOnlyBytes().Slice(channel * stride, stride), data.DType, row.Bytes(), DType.Float64);
            var numbers = row.Span<double>();
            double largest = width == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(numbers));
            float scale = (float)Math.Max(largest / 127, ActivationRange.LeastScale);
            if (!float.IsFinite(scale))
                throw NotFinite(parameter, channel, numbers);
            scales.Span<float>()[channel] = scale;
            TensorPrimitives.Divide(numbers, scale, numbers);
            TensorPrimitives.Round(numbers, numbers);
            var target = quantized.Span<sbyte>().Slice(channel * width, width);
            for (int k = 0; k < width; k++)
                target[k] = (sbyte)numbers[k];
        }

        return (quantized, scales);
    }

    private static EvergraphException NotFinite(GraphParameter parameter, int channel, ReadOnlySpan<double> numbers)
    {
        int place = 0;
        for (int k = 0; k < numbers.Length; k++)
        {
            // NaN and infinities are not below the first of them; a float64 beyond float32 is the largest itself.
            if (!(Math.Abs(numbers[k]) <= Math.Abs(numbers[place])))
                place = k;
            if (!double.IsFinite(numbers[place]))
                break;
        }

        return new(
            $"parameter {parameter.Name} cannot be quantised: element [{channel}, {place}]: expected a finite float32, given {FloatText.Format(numbers[place])}; "
            + "repair the weight, or exclude the layer from quantisation");
    }
}
