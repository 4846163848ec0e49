namespace Evergraph.Samples.VendorPlugin;

/// <summary>A double of the vendor's library for machines without the device: the same results from managed code.</summary>
public sealed class EmulatedAscendLibrary : IAscendLibrary
{
    /// <inheritdoc/>
    public void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, Span<float> y, float eps)
    {
        for (int start = 0; start < x.Length; start += weight.Length)
        {
            double squares = 0;
            foreach (float element in x.Slice(start, weight.Length))
                squares += (double)element * element;
            double inverse = 1 / Math.Sqrt((squares / weight.Length) + eps);
            for (int i = 0; i < weight.Length; i++)
                y[start + i] = (float)(x[start + i] * inverse * weight[i]);
        }
    }

    /// <inheritdoc/>
    public void SiluAndMul(ReadOnlySpan<float> x, Span<float> y, int width)
    {
        for (int i = 0; i < y.Length; i++)
        {
            int gate = (i / width * 2 * width) + (i % width);
            y[i] = (float)(x[gate] / (1 + Math.Exp(-x[gate])) * x[gate + width]);
        }
    }

    /// <inheritdoc/>
    public void Rotate(ReadOnlySpan<float> x, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, ReadOnlySpan<long> positions, Span<float> y, int heads, int headSize, int angles)
    {
        x.CopyTo(y);
        for (int head = 0; head < positions.Length * heads; head++)
        {
            int row = (int)positions[head / heads] * angles, first = head * headSize;
            for (int i = 0; i < angles; i++)
            {
                float a = x[first + i], b = x[first + angles + i];
                y[first + i] = (a * cos[row + i]) - (b * sin[row + i]);
                y[first + angles + i] = (b * cos[row + i]) + (a * sin[row + i]);
            }
        }
    }
}
