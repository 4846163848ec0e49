namespace Evergraph.CustomOps;

/// <summary>
/// A linear layer of int8 weights with a scale for each output channel, and activations that are quantised here with a scale
/// for each token: <c>s_i = max_k |x[i, k]| / 127</c>, <c>q[i, k] = round(x[i, k] / s_i)</c>, ties to even, and
/// <c>y[i, j] = (Σ_k q[i, k]·w[j, k])·s_i·weight_scale[j] + b[j]</c>, the sums exact in int32.
/// </summary>
/// <remarks>
/// x [..., K] floating-point; weight [N, K] int8; weight_scale [N]; bias [N]: the result is [..., N] in out_dtype, by default
/// x's own type. A token of zeros gives the bias. A token with a NaN or an infinity gives NaN.
/// No calibration is needed, and one token's outlier costs the others nothing; in return the scales are found at each run.
/// </remarks>
[CustomOp("evergraph::linear_w8a8_dynamic(Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias, ScalarType? out_dtype=None) -> Tensor")]
public static partial class LinearW8A8Dynamic
{
    public static TensorType Fake(TensorType x, TensorType weight, TensorType weight_scale, TensorType? bias, DType? out_dtype)
    {
        var result = FlashCommShapes.CheckQuantizedByRow(x, weight, weight_scale, bias, out_dtype);
        return new(result, x.Shape.With(x.Rank - 1, weight.Shape[0]));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias, DType? out_dtype)
    {
        var (quantized, scales) = Quantization.QuantizeRows(x);
        int features = (int)weight.Sizes[0];
        var sums = Scratch.Empty(DType.Int32, scales.Length, features);
        PlainProducts.Instance.Int8LinearRows(quantized, weight, 0, scales.Length, sums, 0);
        var products = sums.ReadOnlySpan<int>();
        var weightScales = Scratch.As(weight_scale, DType.Float64).ReadOnlySpan<double>();
        var added = bias is null ? default : Scratch.As(bias, DType.Float64).ReadOnlySpan<double>();
        var values = new double[products.Length];
        for (int row = 0; row < scales.Length; row++)
        {
            for (int j = 0; j < features; j++)
            {
                int place = (row * features) + j;
                values[place] = (products[place] * scales[row] * weightScales[j]) + (bias is null ? 0 : added[j]);
            }
        }

        var result = Tensor.Empty(out_dtype ?? x.DType, [.. x.Sizes[..^1], features]);
        PlainElements.Write<double>(values, result, 0);
        return result;
    }

    /// <summary>Every axis of x but the last is carried through; the weights stay whole.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => LinearW8A8.SplitAxis(query);

    public static OperatorSample Sample(SampleBuilder s)
    {
        Dim inputs = s.Size(0, 5), outputs = s.Size(0, 5);
        return s.Call(
            s.Tensor(s.Floating(), [.. s.Sizes(s.Next(0, 3)), inputs]),
            s.Tensor(DType.Int8, [outputs, inputs], -128, 128),
            s.Tensor(s.Floating(), [outputs], 0.01, 0.1),
            s.Coin() ? s.Tensor(s.Floating(), [outputs]) : null,
            s.Coin() ? s.Floating() : null);
    }
}
