namespace Evergraph.CustomOps.Aten;

/// <summary>Layer norm over the last dimensions, with the mean and the inverse deviation of each row; see <see cref="LayerNorms"/>.</summary>
[CustomOp("aten::native_layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)")]
public static partial class NativeLayerNorm
{
    /// <summary>As the input, and two of [leading..., 1, ...] in the parameters' type.</summary>
    public static (TensorType Normalized, TensorType Mean, TensorType InverseDeviation) Fake(
        TensorType input, Dim[] normalized_shape, TensorType? weight, TensorType? bias, double eps)
    {
        var statistics = NormParameters.Check(input, weight, bias);
        NormParameters.CheckShapes(input, normalized_shape, weight, bias);
        var shape = input.Shape;
        for (int i = 1; i <= normalized_shape.Length; i++)
            shape = shape.With(input.Rank - i, 1);
        return (input, new(statistics, shape), new(statistics, shape));
    }

    /// <summary>The normalized rows, their means, and 1/√(var + ε).</summary>
    [Kernel(Backend.Reference)]
    public static (Tensor Normalized, Tensor Mean, Tensor InverseDeviation) Real(
        Tensor input, long[] normalized_shape, Tensor? weight, Tensor? bias, double eps)
    {
        long[] sizes = input.Sizes.ToArray();
        sizes.AsSpan(sizes.Length - normalized_shape.Length).Fill(1);
        var dtype = (weight ?? bias ?? input).DType;
        Tensor mean = Tensor.Empty(dtype, sizes), inverse = Tensor.Empty(dtype, sizes);
        var means = new double[mean.Elements];
        var inverses = new double[mean.Elements];
        Array.Fill(means, double.NaN);
        Array.Fill(inverses, double.NaN);
        var normalized = LayerNorms.Run(input, AxisBlock.Product(normalized_shape), weight, bias, eps, (row, rowMean, rowInverse) =>
        {
            means[row] = rowMean;
            inverses[row] = rowInverse;
        });
        Statistics.Store(means, mean);
        Statistics.Store(inverses, inverse);
        return (normalized, mean, inverse);
    }

    /// <summary>Every axis before the normalized ones can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => NormParameters.SplitLeading(query, query.Dims(1).Length);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => LayerNorm.Sample(s);
}
