using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Layers;

/// <summary>Normalisation by the root of the mean square over the last axis: weight · x / √(mean(x²) + eps).</summary>
public sealed partial class RmsNorm : Module
{
    /// <summary>Creates the layer.</summary>
    /// <param name="weight">[features].</param>
    /// <param name="eps">What keeps the root away from 0.</param>
    public RmsNorm(Tensor weight, double eps)
    {
        Weight = Add(new Parameter("weight", weight));
        Eps = eps;
    }

    /// <summary>One factor for each feature.</summary>
    public Parameter Weight { get; }

    /// <summary>What keeps the root away from 0.</summary>
    public double Eps { get; }

    /// <summary>[…, features] to […, features].</summary>
    [DispatchMethod("evergraph::rms_norm")]
    public partial Tensor Forward(Tensor x);

    /// <summary>The norm of x + residual, and the sum itself, which is the new residual.</summary>
    [DispatchMethod("evergraph::rms_norm.residual")]
    public partial (Tensor Normalized, Tensor Residual) Forward(Tensor x, Tensor residual);
}
