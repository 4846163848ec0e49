using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Evergraph.Generators;

/// <summary>Reads a method with <c>[DispatchMethod]</c>, as far as that is possible without the operator.</summary>
internal static class DispatchMethodReader
{
    public static DispatchReading? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        // Not a constant text: the compiler reports that itself.
        var attribute = context.Attributes[0];
        if (attribute.ConstructorArguments is not [{ Value: string name }])
            return null;
        var method = (IMethodSymbol)context.TargetSymbol;
        if (MethodObstacle(method, context.TargetNode) is { } obstacle)
        {
            return Error(
                Descriptors.NotBindable, method.Locations[0], name, $"{Display.ShortName(method.ReturnType)} {method.Name}", obstacle.Given, obstacle.Advice);
        }

        var syntax = (MethodDeclarationSyntax)context.TargetNode;
        foreach (var type in syntax.Ancestors().OfType<TypeDeclarationSyntax>())
        {
            if (ClassObstacle(type, isLayer: type == syntax.Parent) is { } given)
                return Error(Descriptors.LayerNotPartial, type.Identifier.GetLocation(), name, type.Identifier.Text, given);
        }

        var declaration = new DispatchDeclaration(
            LayerReader.ReadClass(method.ContainingType, syntax, context.SemanticModel.Compilation),
            name,
            LocationInfo.Of(SchemaReader.AttributeLocation(attribute, cancellation)),
            method.Name,
            string.Join(" ", syntax.Modifiers.Select(modifier => modifier.Text)),
            ReadReturn(method, syntax),
            Display.FullNameOfElements(method.ReturnType),
            new([.. method.Parameters.Select(ReadParameter)]),
            LayerReader.ReadMembers(method.ContainingType, context.SemanticModel.Compilation),
            LocationInfo.Of(syntax.Identifier.GetLocation()));
        return new(declaration, null);
    }

    /// <summary>The author's file without its folder, as nodes show it.</summary>
    public static string FileName(string path) => Path.GetFileName(path.Replace('\\', '/'));

    private static (string Given, string Advice)? MethodObstacle(IMethodSymbol method, SyntaxNode node)
    {
        if (node is not MethodDeclarationSyntax syntax)
            return ("a local function or an accessor", "make it a method of the layer");
        if (method.IsStatic)
            return ("a static method", "take out 'static': what is called receives the layer");
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
            return ("a method that is not partial", "add 'partial'");
        if (syntax.Body is not null || syntax.ExpressionBody is not null || method.PartialImplementationPart is not null)
            return ("a method with a body", "take the body out: the generator writes it");
        if (method.TypeParameters.Length > 0)
            return ("a generic method", "take the type parameters out");
        return null;
    }

    private static string? ClassObstacle(TypeDeclarationSyntax type, bool isLayer)
    {
        bool isClass = type.IsKind(SyntaxKind.ClassDeclaration) || type.IsKind(SyntaxKind.RecordDeclaration);
        if (type.Modifiers.Any(SyntaxKind.FileKeyword))
            return $"the file-local '{LayerReader.Keyword(type)} {type.Identifier.Text}'";
        return type.Modifiers.Any(SyntaxKind.PartialKeyword) && (isClass || !isLayer)
            ? null
            : $"'{string.Join(" ", type.Modifiers.Select(modifier => modifier.Text).Append(LayerReader.Keyword(type)))} {type.Identifier.Text}'";
    }

    private static TypedName ReadParameter(IParameterSymbol parameter) => new(
        parameter.Name,
        parameter.IsParams ? "params " : "",
        Display.FullName(parameter.Type),
        Display.ShortName(parameter),
        parameter.RefKind != RefKind.None,
        Display.IsUnknown(parameter.Type),
        LocationInfo.Of(parameter.Locations[0]));

    private static TypedName ReadReturn(IMethodSymbol method, MethodDeclarationSyntax syntax) => new(
        "",
        "",
        Display.FullName(method.ReturnType),
        (method.RefKind == RefKind.None ? "" : "ref ") + Display.ShortName(method.ReturnType),
        method.RefKind != RefKind.None,
        Display.IsUnknown(method.ReturnType),
        LocationInfo.Of(syntax.ReturnType.GetLocation()));

    private static DispatchReading Error(DiagnosticDescriptor descriptor, Location place, params string[] arguments) =>
        new(null, DiagnosticInfo.Of(descriptor, place, arguments));
}
