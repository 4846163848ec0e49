using System.Text;

namespace Evergraph.Graph;

/// <summary>The type of a parameter or a result: an element type, perhaps optional, perhaps a list.</summary>
/// <param name="kind">The element type.</param>
/// <param name="isList">Whether it is a list of them.</param>
/// <param name="isOptional">Whether the whole may be absent.</param>
/// <param name="isElementOptional">Whether items of the list may be absent.</param>
/// <param name="fixedLength">The length of the list where the schema fixes it.</param>
public sealed class SchemaType(
    SchemaKind kind, bool isList = false, bool isOptional = false, bool isElementOptional = false, int? fixedLength = null)
{
    /// <summary>The element type.</summary>
    public SchemaKind Kind { get; } = kind;

    /// <summary>Whether it is a list.</summary>
    public bool IsList { get; } = isList;

    /// <summary>Whether the whole may be absent: <c>Tensor?</c>, <c>SymInt[]?</c>.</summary>
    public bool IsOptional { get; } = isOptional;

    /// <summary>Whether items of the list may be absent: <c>Tensor?[]</c>.</summary>
    public bool IsElementOptional { get; } = isElementOptional;

    /// <summary>The length of the list where the schema fixes it (<c>int[2]</c>); a single number as the default then stands for all.</summary>
    public int? FixedLength { get; } = fixedLength;

    /// <summary>The text in the schema, such as <c>SymInt[2]?</c>.</summary>
    public override string ToString() => ToString(null);

    internal string ToString(string? alias)
    {
        var text = new StringBuilder(NameOf(Kind));
        if (alias is not null)
            text.Append('(').Append(alias).Append(')');
        if (IsElementOptional)
            text.Append('?');
        if (IsList)
            text.Append('[').Append(FixedLength).Append(']');
        if (IsOptional)
            text.Append('?');
        return text.ToString();
    }

    internal static string NameOf(SchemaKind kind) => kind switch
    {
        SchemaKind.Int => "int",
        SchemaKind.Float => "float",
        SchemaKind.Bool => "bool",
        SchemaKind.String => "str",
        _ => kind.ToString(),
    };
}
