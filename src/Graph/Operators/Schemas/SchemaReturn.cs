using System.Linq;

namespace Evergraph.Graph;

/// <summary>One result of an operator.</summary>
/// <param name="type">Its type.</param>
/// <param name="name">Its name, or null.</param>
/// <param name="alias">Its alias annotation without parentheses, or null.</param>
public sealed class SchemaReturn(SchemaType type, string? name = null, string? alias = null)
{
    /// <summary>Its type.</summary>
    public SchemaType Type { get; } = type;

    /// <summary>Its name, or null where the schema gives none.</summary>
    public string? Name { get; } = name;

    /// <summary>The alias annotation without parentheses; null where there is none.</summary>
    public string? Alias { get; } = alias;

    /// <summary>Whether it is an argument that the operator wrote into: <c>Tensor(a!)</c>.</summary>
    public bool IsMutated => Alias?.Contains('!') == true;

    /// <summary>The text in the schema.</summary>
    public override string ToString() => Name is null ? Type.ToString(Alias) : Type.ToString(Alias) + " " + Name;
}
