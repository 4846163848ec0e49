using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>What a graph says about an attention before it runs.</summary>
/// <param name="Type">The element type of queries, keys, values and the result: a floating one.</param>
/// <param name="HeadSize">E, the features of a query and a key, or null where the graph does not fix them.</param>
/// <param name="ValueSize">V, the features of a value, or null where the graph does not fix them.</param>
/// <param name="Mask">The element type of the mask: bool (true where a key takes part) or a floating one (added to the logits); null without a mask.</param>
/// <param name="Causal">Query i sees the keys 0…i only.</param>
/// <param name="Scale">The factor of the logits; 1/√E where null.</param>
internal sealed record AttentionSignature(DType Type, int? HeadSize, int? ValueSize, DType? Mask, bool Causal, double? Scale);
