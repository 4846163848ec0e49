using System;
using System.Collections.Generic;
using System.Linq;
using Evergraph.Graph;
using Microsoft.CodeAnalysis;

namespace Evergraph.Generators;

/// <summary>Finds the kernels of an operator's class.</summary>
internal static class KernelReader
{
    private const string KernelAttribute = "global::Evergraph.Graph.KernelAttribute";

    public static EquatableArray<KernelModel> Read(
        INamedTypeSymbol type, OperatorSchema schema, MethodCheck check, List<DiagnosticInfo> diagnostics)
    {
        var kernels = new List<KernelModel>();
        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            string[] backends = [.. Backends(method)];
            if (backends.Length == 0)
                continue;
            check.CheckKernel(method);
            foreach (string backend in backends)
            {
                // Names of backends are compared without case, as dispatch does.
                if (kernels.Find(kernel => string.Equals(kernel.Backend, backend, StringComparison.OrdinalIgnoreCase)) is { } other)
                    diagnostics.Add(DiagnosticInfo.Of(Descriptors.DuplicateKernel, method.Locations[0], schema.FullName, backend, method.Name, other.Method));
                kernels.Add(new(backend, method.Name));
            }
        }

        return new([.. kernels]);
    }

    /// <summary>The backends whose kernel a method is.</summary>
    public static IEnumerable<string> Backends(IMethodSymbol method) => method.GetAttributes()
        .Where(attribute => attribute.AttributeClass is { } type && Display.FullName(type) == KernelAttribute)
        .Select(attribute => attribute.ConstructorArguments is [{ Value: string backend }] ? backend : null)
        .OfType<string>();
}
