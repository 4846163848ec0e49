using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Evergraph.Generators;

/// <summary>Reports what the steps of the pipeline found.</summary>
internal static class DiagnosticOutput
{
    /// <summary>Reports each error of a step.</summary>
    public static void ReportDiagnostics(this IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<DiagnosticInfo> diagnostics) =>
        context.RegisterSourceOutput(diagnostics, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));

    /// <summary>Reports each item whose key another one has that stands before it, in the order of files and places.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="items">The items.</param>
    /// <param name="comparer">Compares keys.</param>
    /// <param name="key">What must be each item's own.</param>
    /// <param name="location">Where an item stands.</param>
    /// <param name="error">The error of an item, given the one that stands before it.</param>
    public static void ReportDuplicates<T>(
        this SourceProductionContext output,
        ImmutableArray<T> items,
        StringComparer comparer,
        Func<T, string> key,
        Func<T, LocationInfo> location,
        Func<T, T, Diagnostic> error)
    {
        var first = new Dictionary<string, T>(comparer);
        foreach (var item in items.OrderBy(item => location(item).Path, StringComparer.Ordinal).ThenBy(item => location(item).Span.Start))
        {
            if (!first.TryGetValue(key(item), out var other))
                first.Add(key(item), item);
            else
                output.ReportDiagnostic(error(item, other));
        }
    }
}
