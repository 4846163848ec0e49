namespace Evergraph.CustomOps.Aten;

/// <summary>Draws legal operands of pooling.</summary>
internal static class PoolingSamples
{
    /// <summary>An input and the lists; the dilation is 1 where none is wanted.</summary>
    public static PoolingSample Draw(SampleBuilder s, DType dtype, bool dilated)
    {
        var spatial = new Dim[2];
        long[] kernel = new long[2], stride = new long[2], padding = new long[2], dilation = new long[2];
        for (int i = 0; i < 2; i++)
        {
            (kernel[i], stride[i], dilation[i]) = (s.Next(1, 3), s.Next(1, 3), dilated ? s.Next(1, 2) : 1);
            long extent = (dilation[i] * (kernel[i] - 1)) + 1;
            padding[i] = s.Next(0, (int)extent / 2);
            spatial[i] = extent + s.Size();
        }

        Dim[] batch = s.Coin() ? [s.Size(0, 2)] : [];
        var input = s.Tensor(dtype, [.. batch, s.Size(1, 3), .. spatial]);
        return new(input, kernel, s.Next(0, 3) == 0 ? [] : stride, padding, dilation, s.Coin());
    }
}

/// <summary>Legal operands of pooling.</summary>
internal sealed record PoolingSample(SampleTensor Input, long[] Kernel, long[] Stride, long[] Padding, long[] Dilation, bool Ceiling);
