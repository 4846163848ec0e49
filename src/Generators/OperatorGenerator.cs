using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Evergraph.Generators;

/// <summary>
/// Writes the other half of every static partial class with <c>[CustomOp]</c>, the list of an assembly's operators, and
/// what registers its methods with <c>[Implementation]</c>.
/// Each step passes equatable models on, so an edit elsewhere writes nothing anew.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class OperatorGenerator : IIncrementalGenerator
{
    /// <summary>The step that reads classes; for tests of the pipeline.</summary>
    public const string ReadingStep = "Reading";

    /// <summary>The step that passes models to the emitters; for tests of the pipeline.</summary>
    public const string ModelStep = "Model";

    /// <summary>The step that passes implementations to the emitter; for tests of the pipeline.</summary>
    public const string ImplementationStep = "Implementation";

    private const string CustomOpAttribute = "Evergraph.Graph.CustomOpAttribute";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var readings = context.SyntaxProvider
            .ForAttributeWithMetadataName(CustomOpAttribute, static (node, _) => node is TypeDeclarationSyntax, OperatorReader.Read)
            .WithTrackingName(ReadingStep);
        var models = readings
            .Where(static reading => reading.Model is not null)
            .Select(static (reading, _) => reading.Model!)
            .WithTrackingName(ModelStep);
        context.RegisterSourceOutput(models, static (output, model) =>
            output.AddSource(OperatorEmitter.HintName(model), SourceText.From(OperatorEmitter.Emit(model), Encoding.UTF8)));

        var diagnostics = readings.SelectMany(static (reading, _) => reading.Diagnostics);
        context.RegisterSourceOutput(diagnostics, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));

        var names = readings.Where(static reading => reading.Name is not null).Select(static (reading, _) => reading.Name!).Collect();
        context.RegisterSourceOutput(names, ReportDuplicates);

        var assembly = context.CompilationProvider.Select(static (compilation, _) => compilation.AssemblyName ?? "");
        context.RegisterSourceOutput(models.Collect().Combine(assembly), EmitLibrary);
        ImplementationPipeline.Register(context, assembly);
    }

    private static void ReportDuplicates(SourceProductionContext output, ImmutableArray<OperatorName> names)
    {
        var first = new Dictionary<string, OperatorName>(StringComparer.Ordinal);
        foreach (var name in names.OrderBy(name => name.Location.Path, StringComparer.Ordinal).ThenBy(name => name.Location.Span.Start))
        {
            if (!first.TryGetValue(name.Name, out var other))
                first.Add(name.Name, name);
            else
                output.ReportDiagnostic(Diagnostic.Create(Descriptors.DuplicateOperator, name.Location.ToLocation(), name.Name, name.Class, other.Class));
        }
    }

    private static void EmitLibrary(SourceProductionContext output, (ImmutableArray<OperatorModel> Models, string Assembly) input)
    {
        if (!input.Models.IsEmpty)
            output.AddSource(LibraryEmitter.HintName, SourceText.From(LibraryEmitter.Emit(input.Assembly, input.Models), Encoding.UTF8));
    }
}
