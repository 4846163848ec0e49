using System.Linq;
using Microsoft.CodeAnalysis;

namespace Evergraph.Generators;

/// <summary>C# symbols as text.</summary>
internal static class Display
{
    private static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat Short = SymbolDisplayFormat.MinimallyQualifiedFormat;

    /// <summary>The type as <see cref="CSharpType.Full"/> writes it.</summary>
    public static string FullName(ITypeSymbol type) => type.ToDisplayString(Full);

    /// <summary>The same, tuple elements without their names.</summary>
    public static string FullNameOfElements(ITypeSymbol type) => type is INamedTypeSymbol { IsTupleType: true } tuple
        ? "(" + string.Join(", ", tuple.TupleElements.Select(element => FullNameOfElements(element.Type))) + ")"
        : FullName(type);

    /// <summary>The type as errors show it, tuple elements without their names.</summary>
    public static string ShortName(ITypeSymbol type) => type is INamedTypeSymbol { IsTupleType: true } tuple
        ? "(" + string.Join(", ", tuple.TupleElements.Select(element => ShortName(element.Type))) + ")"
        : type.ToDisplayString(Short);

    /// <summary>The parameter's type as errors show it, with <c>ref</c>, <c>out</c> or <c>in</c>.</summary>
    public static string ShortName(IParameterSymbol parameter)
    {
        string modifier = parameter.RefKind switch
        {
            RefKind.None => "",
            RefKind.Ref => "ref ",
            RefKind.Out => "out ",
            _ => "in ",
        };
        return modifier + ShortName(parameter.Type);
    }

    /// <summary>The method's signature as errors show it.</summary>
    public static string Signature(IMethodSymbol method) =>
        $"{(method.IsStatic ? "static " : "")}{ShortName(method.ReturnType)} {method.Name}({string.Join(", ", method.Parameters.Select(ShortName))})";

    /// <summary>Whether the type, or what it is made of, does not exist; the compiler reports that itself.</summary>
    public static bool IsUnknown(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsUnknown(array.ElementType),
        INamedTypeSymbol { TypeArguments.Length: > 0 } named => named.TypeArguments.Any(IsUnknown),
        _ => type.TypeKind == TypeKind.Error,
    };
}
