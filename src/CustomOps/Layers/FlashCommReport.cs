namespace Evergraph.CustomOps.Layers;

/// <summary>A layer that <see cref="FlashComm.Enable"/> gave another method.</summary>
/// <param name="Path">The layer's path in the model.</param>
/// <param name="Before">The method's name before.</param>
/// <param name="After">The method's name now.</param>
public sealed record SwappedLayer(string Path, string Before, string After);

/// <summary>A linear layer that <see cref="FlashComm.Enable"/> left its method.</summary>
/// <param name="Path">The layer's path in the model.</param>
/// <param name="Reason">Why.</param>
public sealed record UnswappedLayer(string Path, string Reason);

/// <summary>What <see cref="FlashComm.Enable"/> did to a model's linear layers.</summary>
/// <param name="Swapped">The layers with another method, in the model's order.</param>
/// <param name="LeftAlone">The layers with the method they had, in the model's order.</param>
public sealed record FlashCommReport(IReadOnlyList<SwappedLayer> Swapped, IReadOnlyList<UnswappedLayer> LeftAlone)
{
    /// <summary>One line a layer.</summary>
    public override string ToString() => string.Join(
        '\n',
        Swapped.Select(layer => $"{layer.Path}: {layer.Before} -> {layer.After}").Concat(LeftAlone.Select(layer => $"{layer.Path}: left alone, {layer.Reason}")));
}
