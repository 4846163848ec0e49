namespace Evergraph.Passes;

/// <summary>How the activations of a linear layer become int8.</summary>
public enum ActivationQuantization
{
    /// <summary>One scale and zero-point for all tokens, from a calibrated range; per token where a layer has no range.</summary>
    Static,

    /// <summary>A scale for each token, taken from the token when it comes. Needs no calibration.</summary>
    Dynamic,
}

/// <summary>What <see cref="QuantizeLinears"/> shall do. Filters and ranges are compared as objects.</summary>
/// <param name="Activations">How activations are quantised; weights always have a scale for each output channel.</param>
public sealed record QuantizationOptions(ActivationQuantization Activations)
{
    /// <summary>Which layers are quantised: all but <c>lm_head</c> where nothing else is said.</summary>
    public QuantizedLayers Layers { get; init; } = QuantizedLayers.Default;

    /// <summary>
    /// The ranges of the layers' inputs, or null for none. Maybe-FlashComm layers are quantised only where they have one,
    /// whatever <see cref="Activations"/> says: they send tokens as int8 under one scale.
    /// </summary>
    public CalibrationRanges? Ranges { get; init; }
}
