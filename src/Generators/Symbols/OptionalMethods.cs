using System;
using System.Collections.Generic;
using System.Linq;
using Evergraph.Graph;
using Microsoft.CodeAnalysis;

namespace Evergraph.Generators;

/// <summary>Finds the methods that an operator's class may have: <c>SplitAxis</c> and <c>Sample</c>.</summary>
internal static class OptionalMethods
{
    /// <summary>Whether the class has the method.</summary>
    /// <param name="type">The class.</param>
    /// <param name="schema">The operator's schema, for errors.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="parameter">The type of its one parameter, without namespace.</param>
    /// <param name="result">What it returns, without namespace; a type that ends in ? may be returned without it.</param>
    /// <param name="diagnostics">Takes the error where the only methods of that name have another signature.</param>
    public static bool Find(
        INamedTypeSymbol type, OperatorSchema schema, string name, string parameter, string result, List<DiagnosticInfo> diagnostics)
    {
        var methods = type.GetMembers(name).OfType<IMethodSymbol>().ToArray();
        if (methods.Length == 0)
            return false;
        if (Array.Exists(methods, method => Matches(method, parameter, result)))
            return true;
        if (!Array.Exists(methods, IsUnknown))
        {
            diagnostics.Add(DiagnosticInfo.Of(
                Descriptors.WrongSignature, methods[0].Locations[0], schema.FullName, name, $"{result} {name}({parameter})", Display.Signature(methods[0])));
        }

        return false;
    }

    private static bool Matches(IMethodSymbol method, string parameter, string result)
    {
        string given = Display.FullName(method.ReturnType);
        string expected = "global::Evergraph.Graph." + result;
        return method.IsStatic && method.TypeParameters.Length == 0
            && method.Parameters is [{ RefKind: RefKind.None } only] && Display.FullName(only.Type) == "global::Evergraph.Graph." + parameter
            && (given == expected || given + "?" == expected);
    }

    private static bool IsUnknown(IMethodSymbol method) =>
        Display.IsUnknown(method.ReturnType) || method.Parameters.Any(parameter => Display.IsUnknown(parameter.Type));
}
