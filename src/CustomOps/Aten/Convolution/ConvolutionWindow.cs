namespace Evergraph.CustomOps.Aten;

/// <summary>The sizes of a convolution over a plane; one dimension is a plane of height 1.</summary>
internal sealed record ConvolutionWindow(
    int Height,
    int Width,
    int KernelHeight,
    int KernelWidth,
    int OutHeight,
    int OutWidth,
    long StrideHeight,
    long StrideWidth,
    long PadTop,
    long PadLeft,
    long DilationHeight,
    long DilationWidth)
{
    /// <summary>The window of an input, a weight and a result; the lists have one value for each spatial dimension.</summary>
    public static ConvolutionWindow Of(
        ReadOnlySpan<long> input, ReadOnlySpan<long> weight, ReadOnlySpan<long> result, long[] stride, long[] padBefore, long[] dilation)
    {
        bool line = stride.Length == 1;
        return new(
            line ? 1 : (int)input[^2],
            (int)input[^1],
            line ? 1 : (int)weight[^2],
            (int)weight[^1],
            line ? 1 : (int)result[^2],
            (int)result[^1],
            line ? 1 : stride[0],
            stride[^1],
            line ? 0 : padBefore[0],
            padBefore[^1],
            line ? 1 : dilation[0],
            dilation[^1]);
    }
}
