using System.Linq;

namespace Evergraph.Graph;

/// <summary>One parameter of an operator.</summary>
/// <param name="name">Its name.</param>
/// <param name="type">Its type.</param>
/// <param name="default">Its default, or null where a call must give it.</param>
/// <param name="isKeywordOnly">Whether it stands behind the <c>*</c>.</param>
/// <param name="alias">Its alias annotation without parentheses, such as <c>a!</c>, or null.</param>
public sealed class SchemaArgument(
    string name, SchemaType type, SchemaDefault? @default = null, bool isKeywordOnly = false, string? alias = null)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its type.</summary>
    public SchemaType Type { get; } = type;

    /// <summary>Its default, or null where a call must give it.</summary>
    public SchemaDefault? Default { get; } = @default;

    /// <summary>Whether Python passes it by name only.</summary>
    public bool IsKeywordOnly { get; } = isKeywordOnly;

    /// <summary>The alias annotation without parentheses: <c>a</c>, <c>a!</c>, <c>a -> *</c>; null where there is none.</summary>
    public string? Alias { get; } = alias;

    /// <summary>Whether the operator writes into it: <c>Tensor(a!)</c>.</summary>
    public bool IsMutated => Alias?.Contains('!') == true;

    /// <summary>The text in the schema.</summary>
    public override string ToString()
    {
        string text = Type.ToString(Alias) + " " + Name;
        return Default is null ? text : text + "=" + Default;
    }
}
