using Microsoft.CodeAnalysis;

namespace Evergraph.Generators;

/// <summary>Whether generated code, which stands in a class and a file of its own, can call a method.</summary>
internal static class MethodAccess
{
    /// <summary>What keeps it from being called and what to do, or null where nothing does.</summary>
    public static (string Given, string Advice)? Obstacle(IMethodSymbol method)
    {
        if (method.MethodKind != MethodKind.Ordinary)
            return ("a local function or an accessor", "make it a method of the class");
        if (!method.IsStatic)
            return ("an instance method", "make it static");
        if (!IsAccessible(method.DeclaredAccessibility))
            return ($"a {Text(method.DeclaredAccessibility)} method", "make it internal or public");
        for (var type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            if (type.TypeParameters.Length > 0)
                return ($"a method of the generic {type.Name}", "move it into a class without type parameters");
            if (type.IsFileLocal)
                return ($"a method of the file-local {type.Name}", "make the class internal or public");
            if (!IsAccessible(type.DeclaredAccessibility))
                return ($"a method of the {Text(type.DeclaredAccessibility)} class {type.Name}", "make the class internal or public");
        }

        return null;
    }

    private static bool IsAccessible(Accessibility accessibility) =>
        accessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;

    private static string Text(Accessibility accessibility) => accessibility switch
    {
        Accessibility.ProtectedAndInternal => "private protected",
        Accessibility.Protected => "protected",
        _ => "private",
    };
}
