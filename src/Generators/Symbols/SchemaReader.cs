using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Evergraph.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Evergraph.Generators;

/// <summary>Reads the schema and the traits of a <c>[CustomOp]</c> attribute.</summary>
internal static class SchemaReader
{
    // What CustomOpAttribute.Traits holds where the attribute does not set it; a test compares the two.
    private const string DefaultTraits = "global::Evergraph.Graph.OperatorTraits.Pure";

    public static OperatorSchema? ReadSchema(AttributeData attribute, List<DiagnosticInfo> diagnostics, CancellationToken cancellation)
    {
        // Not a constant text: the compiler reports that itself.
        if (attribute.ConstructorArguments is not [{ Value: string text }])
            return null;
        try
        {
            return OperatorSchema.Parse(text);
        }
        catch (SchemaFormatException exception)
        {
            diagnostics.Add(DiagnosticInfo.Of(
                Descriptors.SchemaDoesNotParse, PlaceOf(attribute, text, exception.Position, cancellation), exception.Message));
            return null;
        }
    }

    public static Location AttributeLocation(AttributeData attribute, CancellationToken cancellation) =>
        attribute.ApplicationSyntaxReference is { } reference
            ? reference.GetSyntax(cancellation).GetLocation()
            : Location.None;

    /// <summary>The traits as an expression that names each flag.</summary>
    public static string ReadTraits(AttributeData attribute)
    {
        var given = attribute.NamedArguments.FirstOrDefault(pair => pair.Key == "Traits").Value;
        if (given.Type is not INamedTypeSymbol type || given.Value is not int value)
            return DefaultTraits;
        var flags = type.GetMembers().OfType<IFieldSymbol>()
            .Where(field => field.ConstantValue is int flag && (flag == value || (flag != 0 && (flag & (flag - 1)) == 0 && (value & flag) == flag)))
            .ToArray();
        var whole = flags.Where(field => (int)field.ConstantValue! == value).Take(1).ToArray();
        var named = whole.Length > 0 ? whole : flags;
        int covered = named.Aggregate(0, (bits, field) => bits | (int)field.ConstantValue!);
        return covered == value
            ? string.Join(" | ", named.Select(field => $"global::Evergraph.Graph.OperatorTraits.{field.Name}"))
            : $"(global::Evergraph.Graph.OperatorTraits)({value})";
    }

    // The very character where the attribute holds a plain literal without escapes; the whole expression otherwise.
    private static Location PlaceOf(AttributeData attribute, string text, int position, CancellationToken cancellation)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax { ArgumentList.Arguments: [var argument, ..] } syntax)
            return AttributeLocation(attribute, cancellation);
        if (argument.Expression is not LiteralExpressionSyntax literal || literal.Token.Text != $"\"{text}\"")
            return argument.Expression.GetLocation();
        int start = literal.SpanStart + 1 + position;
        return Location.Create(syntax.SyntaxTree, new TextSpan(start, 1));
    }
}
