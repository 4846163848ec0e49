namespace Evergraph.CustomOps.Layers;

/// <summary>A linear layer that every rank has all of.</summary>
/// <param name="weight">[N, K].</param>
/// <param name="bias">[N], or null.</param>
/// <param name="method">How it computes; unquantised where null.</param>
public sealed class Linear(Tensor weight, Tensor? bias = null, ILinearMethod? method = null)
    : LinearLayer(weight, null, bias, null, 1, method)
{
    /// <summary>[…, K] to […, N].</summary>
    public override Tensor Forward(Tensor x)
    {
        using var scope = Enter();
        return Method.Apply(this, x);
    }
}
