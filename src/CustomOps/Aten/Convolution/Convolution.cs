namespace Evergraph.CustomOps.Aten;

/// <summary>Convolution over a line or a plane, as decomposition writes it; see <see cref="Convolutions"/>. Transposed ones are refused.</summary>
[CustomOp("aten::convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor")]
public static partial class Convolution
{
    /// <summary>[batch, out, spatial...].</summary>
    public static TensorType Fake(
        TensorType input,
        TensorType weight,
        TensorType? bias,
        Dim[] stride,
        Dim[] padding,
        Dim[] dilation,
        bool transposed,
        Dim[] output_padding,
        Dim groups)
    {
        Require(!transposed, "transposed convolution is not supported: expected transposed false, given true; register an operator of your own for it");
        Require(
            weight.Rank is 3 or 4 && input.Rank == weight.Rank,
            $"input and weight must both have 3 or 4 dimensions: given {input} and {weight}");
        return ConvolutionShapes.Check(input, weight, bias, stride, padding, dilation, groups, weight.Rank - 2);
    }

    /// <summary>The convolution.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(
        Tensor input,
        Tensor weight,
        Tensor? bias,
        long[] stride,
        long[] padding,
        long[] dilation,
        bool transposed,
        long[] output_padding,
        long groups) => weight.Rank == 3
        ? Conv1d.Real(input, weight, bias, stride, padding, dilation, groups)
        : Conv2d.Real(input, weight, bias, stride, padding, dilation, groups);

    /// <summary>The batch can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => ConvolutionShapes.SplitAxis(query, query.OperandTypes[0].Rank - 2);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        int dimensions = s.Next(1, 2);
        var drawn = ConvolutionSamples.Draw(s, dimensions, batched: true);
        return s.Call(
            drawn.Input, drawn.Weight, drawn.Bias, drawn.Stride, drawn.Padding, drawn.Dilation, false, new long[dimensions], drawn.Groups);
    }
}
