namespace Evergraph.Samples.VendorPlugin;

/// <summary>What the vendor's library computes, over float32 rows.</summary>
public interface IAscendLibrary
{
    /// <summary>y = x / √(mean(x²) + eps) · weight for each row of as many elements as weight has.</summary>
    void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, Span<float> y, float eps);

    /// <summary>y[r, i] = silu(x[r, i]) · x[r, width + i] for each row r of 2·width elements.</summary>
    void SiluAndMul(ReadOnlySpan<float> x, Span<float> y, int width);

    /// <summary>
    /// Turns features (i, i + angles) of each of a token's heads by the angles of the row of cos and sin that the token's
    /// position names.
    /// </summary>
    void Rotate(ReadOnlySpan<float> x, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, ReadOnlySpan<long> positions, Span<float> y, int heads, int headSize, int angles);
}
