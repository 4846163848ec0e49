namespace Evergraph.CustomOps.Aten;

/// <summary>RMS norm over the last dimensions; see <see cref="RmsNorms"/>.</summary>
[CustomOp("aten::rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor")]
public static partial class RmsNorm
{
    /// <summary>As the input.</summary>
    public static TensorType Fake(TensorType input, Dim[] normalized_shape, TensorType? weight, double? eps)
    {
        NormParameters.Check(input, weight);
        NormParameters.CheckShapes(input, normalized_shape, weight);
        return input;
    }

    /// <summary>The normalized rows.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor input, long[] normalized_shape, Tensor? weight, double? eps) =>
        RmsNorms.Run(input, AxisBlock.Product(normalized_shape), weight, eps ?? Epsilon(input.DType));

    /// <summary>Every axis before the normalized ones can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => NormParameters.SplitLeading(query, query.Dims(1).Length);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Floating();
        var normalized = s.Sizes(s.Next(1, 2));
        var input = s.Tensor(dtype, [.. s.Sizes(s.Next(0, 2)), .. normalized]);
        var weight = s.Coin() ? s.Tensor(NormParameters.Draw(s, dtype), [.. normalized]) : null;
        return s.Call(input, normalized, weight, s.Coin() ? 1e-6 : null);
    }

    // PyTorch's default is the distance from 1 to the next number of the type that it computes in: float32 for the 16-bit types.
    internal static double Epsilon(DType dtype) => dtype == DType.Float64 ? Math.BitIncrement(1.0) - 1 : MathF.BitIncrement(1) - 1;
}
