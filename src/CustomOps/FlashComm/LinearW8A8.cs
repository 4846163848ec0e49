namespace Evergraph.CustomOps;

/// <summary>
/// A linear layer of int8 weights with a scale for each output channel, and activations with one scale and zero-point, on
/// one rank. See <see cref="QuantizedProduct"/> for the formula.
/// </summary>
/// <remarks>
/// x [..., K] is int8, or floating-point and then quantised here; weight [N, K]; weight_scale [N]; bias [N]: the result is
/// [..., N] in out_dtype, by default x's own type, float32 where x is int8.
/// </remarks>
[CustomOp("evergraph::linear_w8a8(Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias, float input_scale, int input_zero_point, ScalarType? out_dtype=None) -> Tensor")]
public static partial class LinearW8A8
{
    public static TensorType Fake(
        TensorType x, TensorType weight, TensorType weight_scale, TensorType? bias, double input_scale, long input_zero_point, DType? out_dtype)
    {
        var result = FlashCommShapes.CheckQuantized(x, weight, weight_scale, bias, input_scale, input_zero_point, out_dtype);
        return new(result, x.Shape.With(x.Rank - 1, weight.Shape[0]));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(
        Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias, double input_scale, long input_zero_point, DType? out_dtype) =>
        Run(PlainProducts.Instance, x, weight, weight_scale, bias, input_scale, input_zero_point, out_dtype);

    internal static Tensor Run(
        MatrixProducts products,
        Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias, double input_scale, long input_zero_point, DType? out_dtype)
    {
        var product = new QuantizedProduct(products, weight, weight_scale, input_scale, input_zero_point, FlashCommShapes.ResultType(x.DType, out_dtype));
        return product.Linear(Quantization.Quantize(x, input_scale, input_zero_point), bias);
    }

    /// <summary>Every axis of x but the last is carried through; the weights stay whole.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        if (query.Operand != 0 || query.Axis == query.Type.Rank - 1)
            return null;
        var axes = new int[query.OperandTypes.Length];
        Array.Fill(axes, AxisSplit.Whole);
        axes[0] = query.Axis;
        return new(EquatableArray<int>.Own(axes), query.Axis, query.Arguments);
    }

    public static OperatorSample Sample(SampleBuilder s) => FlashCommSamples.Linear(s);
}
