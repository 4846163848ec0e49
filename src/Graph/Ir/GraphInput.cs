namespace Evergraph.Graph;

/// <summary>An input of a graph.</summary>
/// <param name="Name">The name that errors use.</param>
/// <param name="Type">Element type and sizes; a size that is a lone symbol gives the symbol its value at a call.</param>
/// <param name="Number">
/// For an input that is an integer rather than a tensor (then <paramref name="Type"/> is <c>int64[]</c>): a constant that the
/// model was exported with and the call must repeat, or a symbol that gets its value from it. Null for a tensor.
/// </param>
public sealed record GraphInput(string Name, TensorType Type, Dim? Number = null);
