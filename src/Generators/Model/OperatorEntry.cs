namespace Evergraph.Generators;

/// <summary>An operator that a layer's method can name.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Schema">Its schema's text; empty where its class has errors.</param>
/// <param name="Class">Its class from anywhere.</param>
/// <param name="Assembly">The referenced assembly that defines it, or empty for the one being compiled.</param>
/// <param name="IsVisible">Whether the assembly being compiled can name its class.</param>
internal sealed record OperatorEntry(string Name, string Schema, string Class, string Assembly, bool IsVisible);
