using System;
using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Evergraph.Generators;

/// <summary>
/// Writes the other half of every static partial class with <c>[CustomOp]</c>, the list of an assembly's operators, what
/// registers its methods with <c>[Implementation]</c>, and the bodies of its methods with <c>[DispatchMethod]</c>.
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

    /// <summary>The step that lists the operators of referenced assemblies; for tests of the pipeline.</summary>
    public const string ReferencedStep = "Referenced";

    /// <summary>The step that binds layers' methods to operators; for tests of the pipeline.</summary>
    public const string BindingStep = "Binding";

    private const string DispatcherType = "Evergraph.CustomOps.Dispatch.Dispatcher";
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

        context.ReportDiagnostics(readings.SelectMany(static (reading, _) => reading.Diagnostics));

        var names = readings.Where(static reading => reading.Name is not null).Select(static (reading, _) => reading.Name!).Collect();
        context.RegisterSourceOutput(names, ReportDuplicates);

        var assembly = context.CompilationProvider.Select(static (compilation, _) => compilation.AssemblyName ?? "");
        var hasDispatcher = context.CompilationProvider.Select(static (compilation, _) => compilation.GetTypeByMetadataName(DispatcherType) is not null);
        context.RegisterSourceOutput(models.Collect().Combine(assembly.Combine(hasDispatcher)), EmitLibrary);
        ImplementationPipeline.Register(context, assembly);
        DispatchPipeline.Register(context, readings);
    }

    private static void ReportDuplicates(SourceProductionContext output, ImmutableArray<OperatorName> names) => output.ReportDuplicates(
        names,
        StringComparer.Ordinal,
        static name => name.Name,
        static name => name.Location,
        static (name, other) => Diagnostic.Create(Descriptors.DuplicateOperator, name.Location.ToLocation(), name.Name, name.Class, other.Class));

    private static void EmitLibrary(SourceProductionContext output, (ImmutableArray<OperatorModel> Models, (string Name, bool HasDispatcher) Assembly) input)
    {
        if (input.Models.IsEmpty)
            return;
        string text = LibraryEmitter.Emit(input.Assembly.Name, input.Models, input.Assembly.HasDispatcher);
        output.AddSource(LibraryEmitter.HintName, SourceText.From(text, Encoding.UTF8));
    }
}
