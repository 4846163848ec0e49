namespace Evergraph.Generators;

/// <summary>A method that implements an operator for a backend.</summary>
internal sealed record KernelModel(string Backend, string Method);
