using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Layers;

/// <summary>Turns pairs of features of queries and keys by angles that depend on a token's position; see <see cref="CustomOps.RotaryEmbedding"/>.</summary>
public sealed partial class RotaryEmbedding : Module
{
    /// <summary>Creates the layer from its angles' tables.</summary>
    /// <param name="cos">The cosines, [positions, angles].</param>
    /// <param name="sin">The sines, of the same sizes.</param>
    /// <param name="interleaved">Whether a pair is two neighbours, as in GPT-J, rather than one feature of each half.</param>
    public RotaryEmbedding(Tensor cos, Tensor sin, bool interleaved = false)
    {
        Cos = Add(new Parameter("cos", cos));
        Sin = Add(new Parameter("sin", sin));
        Interleaved = interleaved;
    }

    /// <summary>The cosines, [positions, angles].</summary>
    public Parameter Cos { get; }

    /// <summary>The sines, [positions, angles].</summary>
    public Parameter Sin { get; }

    /// <summary>Whether a pair is two neighbours.</summary>
    public bool Interleaved { get; }

    /// <summary>Tables for positions 0 to <paramref name="positions"/> − 1: the angle of pair i at position p is p · θ^(−2i / headSize) (Su et al. 2021).</summary>
    /// <param name="headSize">Features of a head, an even number.</param>
    /// <param name="positions">How many positions.</param>
    /// <param name="theta">The base of the frequencies.</param>
    /// <param name="interleaved">Whether a pair is two neighbours.</param>
    /// <exception cref="EvergraphException">The head's features do not make pairs.</exception>
    public static RotaryEmbedding Create(int headSize, int positions, double theta = 10_000, bool interleaved = false)
    {
        if (headSize < 0 || headSize % 2 != 0)
            throw new EvergraphException($"rotary embedding turns pairs of features: expected an even head size, given {headSize}");
        ArgumentOutOfRangeException.ThrowIfNegative(positions);
        Tensor cos = Tensor.Empty(DType.Float32, positions, headSize / 2), sin = Tensor.Empty(DType.Float32, positions, headSize / 2);
        for (int position = 0; position < positions; position++)
        {
            for (int i = 0; i < headSize / 2; i++)
            {
                double angle = position * Math.Pow(theta, -2.0 * i / headSize);
                (cos.Span<float>()[(position * headSize / 2) + i], sin.Span<float>()[(position * headSize / 2) + i]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
            }
        }

        return new(cos, sin, interleaved);
    }

    /// <summary>Queries and keys […, tokens, heads, head size] to the same; token i is at the position that positionIds says, or else at i.</summary>
    [DispatchMethod("evergraph::rotary_embedding")]
    public partial (Tensor Q, Tensor K) Forward(Tensor q, Tensor k, Tensor? positionIds = null);
}
