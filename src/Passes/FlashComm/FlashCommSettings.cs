namespace Evergraph.Passes;

/// <summary>What the maybe-FlashComm nodes of a graph shall do; null leaves what the layer or the default says.</summary>
/// <param name="Threshold">Overlap above this many tokens.</param>
/// <param name="Enabled">Whether to overlap at all.</param>
public sealed record FlashCommSettings(long? Threshold = null, bool? Enabled = null);
