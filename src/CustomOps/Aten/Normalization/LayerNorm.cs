namespace Evergraph.CustomOps.Aten;

/// <summary>Layer norm over the last dimensions; see <see cref="LayerNorms"/>.</summary>
[CustomOp("aten::layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enable=True) -> Tensor")]
public static partial class LayerNorm
{
    /// <summary>As the input.</summary>
    public static TensorType Fake(
        TensorType input, Dim[] normalized_shape, TensorType? weight, TensorType? bias, double eps, bool cudnn_enable)
    {
        NormParameters.Check(input, weight, bias);
        NormParameters.CheckShapes(input, normalized_shape, weight, bias);
        return input;
    }

    /// <summary>The normalized rows.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor input, long[] normalized_shape, Tensor? weight, Tensor? bias, double eps, bool cudnn_enable) =>
        LayerNorms.Run(input, AxisBlock.Product(normalized_shape), weight, bias, eps);

    /// <summary>Every axis before the normalized ones can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => NormParameters.SplitLeading(query, query.Dims(1).Length);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Floating();
        var parameters = NormParameters.Draw(s, dtype);
        var normalized = s.Sizes(s.Next(1, 2));
        var input = s.Tensor(dtype, [.. s.Sizes(s.Next(0, 2)), .. normalized]);
        return s.Call(
            input,
            normalized,
            s.Coin() ? s.Tensor(parameters, [.. normalized]) : null,
            s.Coin() ? s.Tensor(parameters, [.. normalized]) : null,
            s.Pick(1e-5, 0.1));
    }
}
