namespace Evergraph.CustomOps.Aten;

/// <summary>Draws legal operands of convolutions.</summary>
internal static class ConvolutionSamples
{
    /// <summary>Input, weight, bias and the lists, for one or two dimensions.</summary>
    public static ConvolutionSample Draw(SampleBuilder s, int dimensions, bool batched, bool unitStride = false)
    {
        var dtype = s.Floating();
        int groups = s.Next(1, 2);
        Dim channels = s.Size(1, 2), outputs = s.Size(1, 3) * groups;
        var kernel = new Dim[dimensions];
        var spatial = new Dim[dimensions];
        long[] stride = new long[dimensions], padding = new long[dimensions], dilation = new long[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            (kernel[i], stride[i], padding[i], dilation[i]) = (s.Next(1, 3), unitStride ? 1 : s.Next(1, 3), s.Next(0, 2), s.Next(1, 2));
            // From exactly the kernel's extent on, padding left aside.
            spatial[i] = (dilation[i] * (kernel[i] - 1)) + 1 + s.Size();
        }

        Dim[] batch = batched || s.Coin() ? [s.Size(0, 2)] : [];
        return new(
            s.Tensor(dtype, [.. batch, channels * groups, .. spatial]),
            s.Tensor(dtype, [outputs, channels, .. kernel]),
            s.Coin() ? s.Tensor(dtype, [outputs]) : null,
            stride,
            padding,
            dilation,
            groups);
    }
}

/// <summary>Legal operands of a convolution.</summary>
internal sealed record ConvolutionSample(
    SampleTensor Input, SampleTensor Weight, SampleTensor? Bias, long[] Stride, long[] Padding, long[] Dilation, int Groups);
