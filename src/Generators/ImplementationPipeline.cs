using System;
using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Evergraph.Generators;

/// <summary>The steps from methods with <c>[Implementation]</c> to the class that registers them.</summary>
internal static class ImplementationPipeline
{
    private const string ImplementationAttribute = "Evergraph.CustomOps.Dispatch.ImplementationAttribute";

    public static void Register(IncrementalGeneratorInitializationContext context, IncrementalValueProvider<string> assembly)
    {
        var readings = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                ImplementationAttribute,
                static (node, _) => node is MethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax,
                ImplementationReader.Read)
            .SelectMany(static (readings, _) => readings);
        var models = readings
            .Where(static reading => reading.Model is not null)
            .Select(static (reading, _) => reading.Model!)
            .WithTrackingName(OperatorGenerator.ImplementationStep);
        context.RegisterSourceOutput(models.Collect().Combine(assembly), EmitImplementations);

        context.ReportDiagnostics(readings.SelectMany(static (reading, _) => reading.Diagnostics));

        var names = readings.Where(static reading => reading.Name is not null).Select(static (reading, _) => reading.Name!).Collect();
        context.RegisterSourceOutput(names, ReportDuplicates);
    }

    private static void ReportDuplicates(SourceProductionContext output, ImmutableArray<ImplementationName> names) => output.ReportDuplicates(
        names,
        StringComparer.OrdinalIgnoreCase,
        static name => $"{name.Operator} {name.Id}",
        static name => name.Location,
        static (name, other) => Diagnostic.Create(
            Descriptors.DuplicateImplementation, name.Location.ToLocation(), name.Operator, name.Id, name.Method, other.Method));

    private static void EmitImplementations(SourceProductionContext output, (ImmutableArray<ImplementationModel> Models, string Assembly) input)
    {
        if (!input.Models.IsEmpty)
            output.AddSource(ImplementationsEmitter.HintName, SourceText.From(ImplementationsEmitter.Emit(input.Assembly, input.Models), Encoding.UTF8));
    }
}
