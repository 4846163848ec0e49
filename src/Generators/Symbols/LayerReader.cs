using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Evergraph.Generators;

/// <summary>Reads the class of a method with <c>[DispatchMethod]</c>.</summary>
internal static class LayerReader
{
    private const string ModuleScope = "global::Evergraph.Graph.Tracer.ModuleScope";

    public static LayerClass ReadClass(INamedTypeSymbol type, MethodDeclarationSyntax method, Compilation compilation)
    {
        var openings = method.Ancestors().OfType<TypeDeclarationSyntax>().Reverse()
            .Select(syntax => $"partial {Keyword(syntax)} {syntax.Identifier.Text}{TypeParameters(syntax)}");
        string space = type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString();
        string names = string.Join("+", Around(type).Reverse().Select(outer => outer.MetadataName));
        return new(
            space,
            type.Name,
            new([.. openings]),
            (space.Length == 0 ? names : $"{space}.{names}").Replace("@", "") + ".Dispatch.g.cs",
            new([.. type.GetMembers().Where(member => member.CanBeReferencedByName).Select(member => member.Name).Distinct()]),
            HasEnter(type, compilation));
    }

    /// <summary>The instance properties and fields that code in the class can read, inherited ones too, without the hidden.</summary>
    public static EquatableArray<TypedName> ReadMembers(INamedTypeSymbol type, Compilation compilation)
    {
        var members = new List<TypedName>();
        var hidden = new HashSet<string>(StringComparer.Ordinal);
        for (var level = type; level is { SpecialType: not SpecialType.System_Object }; level = level.BaseType)
        {
            var seen = level.GetMembers()
                .Where(member => member.CanBeReferencedByName && !hidden.Contains(member.Name) && compilation.IsSymbolAccessibleWithin(member, type, type))
                .ToArray();
            members.AddRange(seen.Select(member => ReadMember(member, type, compilation)).OfType<TypedName>());
            hidden.UnionWith(seen.Select(member => member.Name));
        }

        return new([.. members]);
    }

    /// <summary>What a type is declared with, such as <c>class</c> or <c>record struct</c>.</summary>
    public static string Keyword(TypeDeclarationSyntax type) =>
        type is RecordDeclarationSyntax { ClassOrStructKeyword.Text: { Length: > 0 } second } ? $"record {second}" : type.Keyword.Text;

    private static TypedName? ReadMember(ISymbol member, INamedTypeSymbol layer, Compilation compilation)
    {
        var type = member switch
        {
            IFieldSymbol { IsStatic: false } field => field.Type,
            IPropertySymbol { IsStatic: false, IsIndexer: false, GetMethod: { } get } property
                when compilation.IsSymbolAccessibleWithin(get, layer, layer) => property.Type,
            _ => null,
        };
        return type is null ? null : new(
            member.Name, "", Display.FullName(type), Display.ShortName(type), IsReference: false, Display.IsUnknown(type), Place: null);
    }

    private static bool HasEnter(INamedTypeSymbol type, Compilation compilation)
    {
        for (var level = type; level is not null; level = level.BaseType)
        {
            foreach (var method in level.GetMembers("Enter").OfType<IMethodSymbol>())
            {
                if (method is { IsStatic: false, Parameters.Length: 0, TypeParameters.Length: 0 } && compilation.IsSymbolAccessibleWithin(method, type, type))
                    return Display.FullName(method.ReturnType) == ModuleScope;
            }
        }

        return false;
    }

    private static IEnumerable<INamedTypeSymbol> Around(INamedTypeSymbol type)
    {
        for (var outer = type; outer is not null; outer = outer.ContainingType)
            yield return outer;
    }

    private static string TypeParameters(TypeDeclarationSyntax syntax) => syntax.TypeParameterList is { Parameters: var parameters }
        ? "<" + string.Join(", ", parameters.Select(parameter => parameter.Identifier.Text)) + ">"
        : "";
}
