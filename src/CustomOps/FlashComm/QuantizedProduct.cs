using System.Runtime.InteropServices;

namespace Evergraph.CustomOps;

/// <summary>
/// x·wᵀ of int8 activations with one scale and one zero-point, and int8 weights with a scale for each output channel:
/// <c>y[i, j] = (Σₖ x[i, k]·w[j, k] − zero_point·Σₖ w[j, k]) · (scale·weight_scale[j])</c>, the sums exact in int32.
/// </summary>
/// <remarks>
/// On a split input each rank corrects by its own weights' sum, because Σₖ over all inputs is the sum of the ranks' Σₖ.
/// Partial products are dequantised to float32 before ranks add them, not added as int32: so ranks may have scales of their
/// own, and no sum over ranks can leave int32. The float32 result is rounded to its type once, after the bias.
/// </remarks>
internal sealed class QuantizedProduct : LinearProduct
{
    private readonly MatrixProducts _products;
    private readonly Tensor _weight;
    private readonly long _zeroPoint;
    private readonly float[] _scales;
    private readonly long[] _corrections;

    /// <summary>Prepares the product with one rank's weights.</summary>
    /// <param name="products">Who computes the sums.</param>
    /// <param name="weight">int8 [features, inputs].</param>
    /// <param name="weightScale">[features], floating-point.</param>
    /// <param name="inputScale">The scale of the activations.</param>
    /// <param name="zeroPoint">The int8 that stands for 0 in the activations.</param>
    /// <param name="resultType">The type of the operator's result.</param>
    public QuantizedProduct(
        MatrixProducts products, Tensor weight, Tensor weightScale, double inputScale, long zeroPoint, DType resultType)
    {
        _products = products;
        _weight = weight;
        _zeroPoint = zeroPoint;
        ResultType = resultType;
        int features = (int)weight.Sizes[0];
        var scales = Scratch.As(weightScale, DType.Float64).ReadOnlySpan<double>();

        // Σₖ w[j, k] is a product too: of a row of ones.
        var ones = Scratch.Empty(DType.Int8, 1, weight.Sizes[1]);
        ones.Span<sbyte>().Fill(1);
        var sums = Scratch.Empty(DType.Int32, 1, features);
        products.Int8LinearRows(ones, weight, 0, 1, sums, 0);
        _scales = new float[features];
        _corrections = new long[features];
        for (int j = 0; j < features; j++)
        {
            _scales[j] = (float)(inputScale * scales[j]);
            _corrections[j] = zeroPoint * sums.ReadOnlySpan<int>()[j];
        }
    }

    public override DType SumType => DType.Float32;

    public override DType ResultType { get; }

    public override long Features => _scales.Length;

    public override byte Padding => unchecked((byte)(sbyte)_zeroPoint);

    public override void Multiply(Tensor x, long row, long rows, Tensor? bias, Tensor result, long resultRow)
    {
        var products = Scratch.Empty(DType.Int32, rows, Features);
        _products.Int8LinearRows(x, _weight, row, rows, products, 0);
        var sums = MemoryMarshal.Cast<byte, int>(products.ReadOnlyBytes());
        var values = result.Span<float>().Slice((int)(resultRow * Features), sums.Length);
        var added = bias is null ? default : Scratch.As(bias, DType.Float32).ReadOnlySpan<float>();
        int features = _scales.Length;
        for (int start = 0; start < sums.Length; start += features)
        {
            for (int j = 0; j < features; j++)
                values[start + j] = (sums[start + j] - _corrections[j]) * _scales[j];
            if (bias is not null)
                TensorPrimitives.Add(values.Slice(start, features), added, values.Slice(start, features));
        }
    }
}
