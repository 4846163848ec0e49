namespace Evergraph.CustomOps.Aten;

/// <summary>Computes every head; the parameters are those of <see cref="Attention.Run"/>.</summary>
internal delegate Tensor AttentionFunction(
    Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal, double? scale, bool grouped, double[]? logSumExp);
