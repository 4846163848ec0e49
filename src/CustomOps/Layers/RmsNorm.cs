namespace Evergraph.CustomOps.Layers;

/// <summary>Normalisation by the root of the mean square over the last axis: weight · x / √(mean(x²) + eps).</summary>
public sealed class RmsNorm : Module
{
    /// <summary>Creates the layer.</summary>
    /// <param name="weight">[features].</param>
    /// <param name="epsilon">What keeps the root away from 0.</param>
    public RmsNorm(Tensor weight, double epsilon)
    {
        Weight = Add(new Parameter("weight", weight));
        Epsilon = epsilon;
    }

    /// <summary>One factor for each feature.</summary>
    public Parameter Weight { get; }

    /// <summary>What keeps the root away from 0.</summary>
    public double Epsilon { get; }

    /// <summary>[…, features] to […, features].</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = Enter();
        return Aten.RmsNorm.Invoke(x, [Weight.Data.Sizes[0]], Weight.Value, Epsilon);
    }
}
