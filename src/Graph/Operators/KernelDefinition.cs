namespace Evergraph.Graph;

/// <summary>One implementation of an operator.</summary>
/// <param name="Backend">Whose it is, such as <see cref="Evergraph.Graph.Backend.Reference"/>.</param>
/// <param name="Function">The implementation.</param>
public sealed record KernelDefinition(string Backend, KernelFunction Function);
