namespace Evergraph.CustomOps.Layers;

/// <summary>
/// How a linear layer computes: its number format, and for a split layer its communication. The layer's type says how it is
/// split, so there is one overload a type; a method never guesses from the shapes of weights.
/// </summary>
public interface ILinearMethod
{
    /// <summary>The method's name in reports, such as <c>unquantized</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether tokens stay sharded between layers: a row-parallel layer's result is one token-shard, and so is a
    /// column-parallel layer's input. Otherwise both have all tokens.
    /// </summary>
    bool ShardsTokens { get; }

    /// <summary>x·wᵀ + b on a layer that every rank has all of.</summary>
    Tensor Apply(Linear layer, Tensor x);

    /// <summary>x·wᵀ + b on a layer whose output features are split.</summary>
    Tensor Apply(ColumnParallelLinear layer, Tensor x);

    /// <summary>x·wᵀ + b on a layer whose input features are split, summed over the ranks.</summary>
    Tensor Apply(RowParallelLinear layer, Tensor x);
}
