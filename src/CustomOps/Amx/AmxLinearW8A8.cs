using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Kernels;
using Evergraph.CustomOps.Vectorized;

namespace Evergraph.CustomOps.Amx;

/// <summary>
/// <see cref="LinearW8A8"/> and <see cref="LinearW8A8Dynamic"/> on the matrix unit, where x and the result are float32 and the weight, its scales
/// and the bias are constant; otherwise, and where x is not finite, as by the vectorised implementations.
/// </summary>
public static class AmxLinearW8A8
{
    // Σ(q − zero_point)·w is at most 255·128·K: below this K it fits in int32.
    private const int MostTerms = 1 << 16;

    /// <summary>Whether the matrix unit can be used.</summary>
    public static Availability Probe() => AmxBlock.Availability;

    /// <summary>See <see cref="LinearW8A8"/>.</summary>
    [Implementation(typeof(LinearW8A8), "amx", DTypes = [DType.Float32, DType.Int8], Priority = 160, Probe = nameof(Probe))]
    public static unsafe Tensor Static(
        PreparedOperands? layer, Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias, double input_scale, long input_zero_point, DType? out_dtype)
    {
        if (Prepare(layer, x, weight, weight_scale, bias, out_dtype, input_scale, (int)input_zero_point) is { } linear
            && Run(linear, x, weight, (source, terms) => (first, rows, target, _) => AmxQuantizedRows.PackStatic((float*)source + ((long)first * terms), rows, terms, target, (float)input_scale, (int)input_zero_point), rowScale: 1) is { } result)
            return result;
        return VectorizedLinearW8A8.Run(x, weight, weight_scale, bias, input_scale, input_zero_point, out_dtype);
    }

    /// <summary>See <see cref="LinearW8A8Dynamic"/>.</summary>
    [Implementation(typeof(LinearW8A8Dynamic), "amx", DTypes = [DType.Float32, DType.Int8], Priority = 160, Probe = nameof(Probe))]
    public static unsafe Tensor Dynamic(PreparedOperands? layer, Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias, DType? out_dtype)
    {
        if (Prepare(layer, x, weight, weight_scale, bias, out_dtype, 1, 0) is { } linear
            && Run(linear, x, weight, (source, terms) => (first, rows, target, scales) => AmxQuantizedRows.PackDynamic((float*)source + ((long)first * terms), rows, terms, target, scales), rowScale: null) is { } result)
            return result;
        return VectorizedLinearW8A8Dynamic.Run(x, weight, weight_scale, bias, out_dtype);
    }

    private static unsafe Tensor? Run(AmxInt8Linear linear, Tensor x, Tensor weight, Func<nint, int, AmxInt8Linear.PackRows> packer, float? rowScale)
    {
        var result = Tensor.Empty(DType.Float32, [.. x.Sizes[..^1], weight.Sizes[0]]);
        fixed (float* source = x.ReadOnlySpan<float>(), target = result.Span<float>())
        {
            var pack = packer((nint)source, (int)weight.Sizes[1]);
            var scaled = rowScale is not { } scale ? pack : (first, rows, block, scales) =>
            {
                new Span<float>(scales, rows).Fill(scale);
                return pack(first, rows, block, scales);
            };
            return linear.Run((int)MatrixProducts.Rows(x), scaled, target) ? result : null;
        }
    }

    private static AmxInt8Linear? Prepare(
        PreparedOperands? layer, Tensor x, Tensor weight, Tensor weightScale, Tensor? bias, DType? outDType, double inputScale, int zeroPoint)
    {
        const int Weight = 1, WeightScale = 2, Bias = 3;
        bool fits = x.DType == DType.Float32 && (outDType ?? DType.Float32) == DType.Float32 && x.Elements > 0 && weight.Elements > 0 && weight.Sizes[1] <= MostTerms
            && layer is not null && layer.IsConstant(WeightScale) && (bias is null || layer.IsConstant(Bias));
        return fits ? layer!.GetOrPrepare(Weight, weight, _ => Prepare(weight, weightScale, bias, inputScale, zeroPoint)) : null;
    }

    private static AmxInt8Linear Prepare(Tensor weight, Tensor weightScale, Tensor? bias, double inputScale, int zeroPoint)
    {
        var ordered = new AmxInt8Weight(weight);
        float[] scales = new float[ordered.Sums.Length], added = new float[ordered.Sums.Length];
        var given = Casts.To(weightScale, DType.Float64).ReadOnlySpan<double>();
        for (int j = 0; j < given.Length; j++)
            scales[j] = (float)(inputScale * given[j]);
        if (bias is not null)
            Casts.To(bias, DType.Float32).ReadOnlySpan<float>().CopyTo(added);
        return new(ordered, scales, Array.ConvertAll(ordered.Sums, sum => sum * zeroPoint), bias is null ? null : added);
    }
}
