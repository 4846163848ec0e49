using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>Rotary position embedding of one tensor, as <see cref="VectorizedRotaryEmbedding"/> does it.</summary>
public static class VectorizedRotaryEmbeddingSingle
{
    /// <summary>The rotated x; the 16-bit types are rounded once.</summary>
    /// <exception cref="EvergraphException">A position is not a row of cos.</exception>
    [Implementation(typeof(RotaryEmbeddingSingle), "vectorized")]
    public static Tensor Run(Tensor x, Tensor cos, Tensor sin, Tensor? position_ids, bool interleaved) =>
        VectorizedRotaryEmbedding.Turn(x, cos, sin, RotaryRotation.Positions(x.Sizes[..^2], cos.Sizes[0], position_ids), interleaved);
}
