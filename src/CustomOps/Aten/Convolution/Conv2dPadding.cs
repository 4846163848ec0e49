namespace Evergraph.CustomOps.Aten;

/// <summary>Convolution over a plane, with the padding by name; see <see cref="Convolutions"/>.</summary>
[CustomOp("aten::conv2d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=1, str padding=\"valid\", SymInt[2] dilation=1, SymInt groups=1) -> Tensor")]
public static partial class Conv2dPadding
{
    /// <summary>[batch, out, spatial...], without batch where the input has none; with <c>same</c> the input's sizes.</summary>
    public static TensorType Fake(
        TensorType input, TensorType weight, TensorType? bias, Dim[] stride, string padding, Dim[] dilation, Dim groups) =>
        ConvolutionShapes.CheckNamed(input, weight, bias, stride, padding, dilation, groups, 2);

    /// <summary>The convolution. Where <c>same</c> needs an odd number of zeros, the last is behind, as in PyTorch.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor input, Tensor weight, Tensor? bias, long[] stride, string padding, long[] dilation, long groups)
    {
        long[] spacing = ConvolutionShapes.Expand(dilation, 2);
        long[] total = new long[2];
        for (int i = 0; padding == "same" && i < 2; i++)
            total[i] = spacing[i] * (weight.Sizes[2 + i] - 1);
        return Convolutions.Run(
            input, weight, bias, ConvolutionShapes.Expand(stride, 2), Array.ConvertAll(total, zeros => zeros / 2), total, spacing, groups);
    }

    /// <summary>The batch can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => ConvolutionShapes.SplitAxis(query, 2);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        bool same = s.Coin();
        var drawn = ConvolutionSamples.Draw(s, 2, batched: false, unitStride: same);
        return s.Call(drawn.Input, drawn.Weight, drawn.Bias, drawn.Stride, same ? "same" : "valid", drawn.Dilation, drawn.Groups);
    }
}
