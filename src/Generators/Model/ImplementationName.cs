namespace Evergraph.Generators;

/// <summary>An implementation's operator and id, and where it is declared, to find two of one id.</summary>
internal sealed record ImplementationName(string Operator, string Id, string Method, LocationInfo Location);
