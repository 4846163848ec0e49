namespace Evergraph.CustomOps.Aten;

/// <summary>Convolution over a line; see <see cref="Convolutions"/>.</summary>
[CustomOp("aten::conv1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=1, SymInt[1] padding=0, SymInt[1] dilation=1, SymInt groups=1) -> Tensor")]
public static partial class Conv1d
{
    /// <summary>[batch, out, spatial...], without batch where the input has none.</summary>
    public static TensorType Fake(
        TensorType input, TensorType weight, TensorType? bias, Dim[] stride, Dim[] padding, Dim[] dilation, Dim groups) =>
        ConvolutionShapes.Check(input, weight, bias, stride, padding, dilation, groups, 1);

    /// <summary>The convolution.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        long[] before = ConvolutionShapes.Expand(padding, 1);
        return Convolutions.Run(
            input,
            weight,
            bias,
            ConvolutionShapes.Expand(stride, 1),
            before,
            Array.ConvertAll(before, pad => 2 * pad),
            ConvolutionShapes.Expand(dilation, 1),
            groups);
    }

    /// <summary>The batch can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => ConvolutionShapes.SplitAxis(query, 1);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var drawn = ConvolutionSamples.Draw(s, 1, batched: false);
        return s.Call(drawn.Input, drawn.Weight, drawn.Bias, drawn.Stride, drawn.Padding, drawn.Dilation, drawn.Groups);
    }
}
