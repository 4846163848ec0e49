using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text;

namespace Evergraph.Graph;

/// <summary>
/// What an operator takes and gives, in PyTorch's schema language:
/// <c>aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor</c>. Two schemas are equal when their
/// canonical texts are.
/// </summary>
public sealed class OperatorSchema : IEquatable<OperatorSchema>
{
    /// <summary>The longest text that is read, in characters.</summary>
    public const int MaxLength = 16384;

    /// <summary>The longest list whose length a schema may fix.</summary>
    public const int MaxFixedLength = 64;

    private readonly string _text;

    /// <summary>Creates a schema from its parts, which are not checked; <see cref="Parse"/> is the usual way.</summary>
    public OperatorSchema(
        string @namespace, string name, string overload, IReadOnlyList<SchemaArgument> arguments, IReadOnlyList<SchemaReturn> returns)
    {
        Namespace = @namespace;
        Name = name;
        Overload = overload == "default" ? "" : overload;
        FullName = Overload.Length == 0 ? $"{@namespace}::{name}" : $"{@namespace}::{name}.{overload}";
        Arguments = arguments;
        Returns = returns;
        _text = Format();
    }

    /// <summary>The namespace, such as <c>aten</c>.</summary>
    public string Namespace { get; }

    /// <summary>The name without namespace and overload, such as <c>add</c>.</summary>
    public string Name { get; }

    /// <summary>The overload, such as <c>Tensor</c>; empty for the default one.</summary>
    public string Overload { get; }

    /// <summary>Namespace, name and overload, such as <c>aten::add.Tensor</c>; the default overload is not written.</summary>
    public string FullName { get; }

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<SchemaArgument> Arguments { get; }

    /// <summary>The results, in order; empty for <c>()</c>.</summary>
    public IReadOnlyList<SchemaReturn> Returns { get; }

    /// <summary>Reads a schema.</summary>
    /// <exception cref="SchemaFormatException">The text is not a schema; says where, what was expected and what was given.</exception>
    public static OperatorSchema Parse(string text) => new SchemaParser(text).ParseSchema();

    /// <summary>Reads a schema.</summary>
    /// <param name="text">The text; null is no schema.</param>
    /// <param name="schema">The schema, or null where the text is none.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out OperatorSchema? schema)
    {
        schema = null;
        if (text is null)
            return false;
        try
        {
            schema = Parse(text);
            return true;
        }
        catch (SchemaFormatException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(OperatorSchema? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OperatorSchema);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);

    /// <summary>The canonical text, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => _text;

    private string Format()
    {
        var text = new StringBuilder(FullName).Append('(');
        bool keywordOnly = false;
        for (int i = 0; i < Arguments.Count; i++)
        {
            if (i > 0)
                text.Append(", ");
            if (Arguments[i].IsKeywordOnly && !keywordOnly)
            {
                text.Append("*, ");
                keywordOnly = true;
            }

            text.Append(Arguments[i]);
        }

        text.Append(") -> ");
        if (Returns.Count == 1 && Returns[0].Name is null)
            text.Append(Returns[0]);
        else
            text.Append('(').Append(string.Join(", ", Returns.Select(result => result.ToString()))).Append(')');
        return text.ToString();
    }
}
