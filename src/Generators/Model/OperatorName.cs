namespace Evergraph.Generators;

/// <summary>An operator's name and where it is declared, to find two of one name.</summary>
internal sealed record OperatorName(string Name, string Class, LocationInfo Location);
