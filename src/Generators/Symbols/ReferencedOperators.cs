using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace Evergraph.Generators;

/// <summary>Finds the operators of referenced assemblies in the attributes of their generated libraries.</summary>
internal static class ReferencedOperators
{
    private const string LibraryAttribute = "global::Evergraph.Graph.OperatorLibraryAttribute";
    private const string EntryAttribute = "global::Evergraph.Graph.OperatorEntryAttribute";

    // Successive compilations share the symbols of unchanged references, so an assembly is read once, not at each keystroke.
    private static readonly ConditionalWeakTable<IAssemblySymbol, OperatorEntry[]> Entries = new();

    public static EquatableArray<OperatorEntry> Read(Compilation compilation, CancellationToken cancellation)
    {
        var entries = new List<OperatorEntry>();
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = Entries.GetValue(assembly, ReadAssembly);
            bool isFriend = read.Length > 0 && assembly.GivesAccessTo(compilation.Assembly);
            entries.AddRange(isFriend ? read.Select(static entry => entry with { IsVisible = true }) : read);
        }

        return new([.. entries]);
    }

    private static OperatorEntry[] ReadAssembly(IAssemblySymbol assembly)
    {
        if (Attributes.Find(assembly, LibraryAttribute) is not { ConstructorArguments: [{ Value: INamedTypeSymbol library }] })
            return [];
        return [.. library.GetAttributes()
            .Where(attribute => attribute.AttributeClass is { } type && Display.FullName(type) == EntryAttribute)
            .Select(attribute => attribute.ConstructorArguments is [{ Value: string schema }, { Value: INamedTypeSymbol type }]
                ? new OperatorEntry(NameOf(schema), schema, Display.FullName(type), assembly.Name, type.DeclaredAccessibility == Accessibility.Public)
                : null)
            .OfType<OperatorEntry>()];
    }

    private static string NameOf(string schema) => schema.Split('(')[0];
}
