using Evergraph.Graph;

namespace Evergraph.Generators;

/// <summary>A C# type as generated code writes it and as an error shows it.</summary>
internal sealed class CSharpType(string prefix, string name)
{
    /// <summary>As errors show it: <c>TensorType?</c>.</summary>
    public string Short => name;

    /// <summary>As generated code writes it: <c>global::Evergraph.Graph.TensorType?</c>.</summary>
    public string Full => prefix + name;

    /// <summary>The list or optional of this element type.</summary>
    public CSharpType With(SchemaType type)
    {
        string element = type.IsElementOptional ? "?" : "";
        string list = type.IsList ? "[]" : "";
        string optional = type.IsOptional ? "?" : "";
        return new(prefix, name + element + list + optional);
    }

    public CSharpType OrNull() => name.EndsWith("?", System.StringComparison.Ordinal) ? this : new(prefix, name + "?");

    /// <summary>The type of a list's items.</summary>
    public CSharpType Item() => new(prefix, name.Replace("[]", "").TrimEnd('?'));
}
