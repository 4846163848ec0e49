using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Evergraph.Generators;

/// <summary>The steps from methods with <c>[DispatchMethod]</c> to their bodies.</summary>
internal static class DispatchPipeline
{
    private const string DispatchMethodAttribute = "Evergraph.CustomOps.Dispatch.DispatchMethodAttribute";

    public static void Register(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<OperatorReading> operators)
    {
        var readings = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                DispatchMethodAttribute,
                static (node, _) => node is MethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax,
                DispatchMethodReader.Read)
            .Where(static reading => reading is not null)
            .Select(static (reading, _) => reading!);
        var declarations = readings.Where(static reading => reading.Declaration is not null).Select(static (reading, _) => reading.Declaration!);
        var own = operators
            .Where(static reading => reading.Name is not null)
            .Select(static (reading, _) => new OperatorEntry(
                reading.Name!.Name, reading.Model?.Schema.ToString() ?? "", reading.Model?.QualifiedClass ?? "", Assembly: "", IsVisible: true))
            .Collect();
        var referenced = declarations.Collect()
            .Select(static (methods, _) => methods.Length > 0)
            .Combine(context.CompilationProvider)
            .Select(static (pair, cancellation) => pair.Left ? ReferencedOperators.Read(pair.Right, cancellation) : default)
            .WithTrackingName(OperatorGenerator.ReferencedStep);
        var table = own.Combine(referenced).Select(static (pair, _) => new OperatorTable(pair.Left, pair.Right));
        var bindings = declarations.Combine(table)
            .Select(static (pair, _) => DispatchBinder.Bind(pair.Left, pair.Right))
            .WithTrackingName(OperatorGenerator.BindingStep);
        var layers = bindings
            .Where(static binding => binding.Method is not null)
            .Select(static (binding, _) => binding.Method!)
            .Collect()
            .SelectMany(static (methods, _) => ByLayer(methods));
        context.RegisterSourceOutput(layers, static (output, layer) =>
            output.AddSource(layer.Layer.HintName, SourceText.From(DispatchEmitter.Emit(layer), Encoding.UTF8)));

        context.ReportDiagnostics(readings.Where(static reading => reading.Diagnostic is not null).Select(static (reading, _) => reading.Diagnostic!));
        context.ReportDiagnostics(bindings.SelectMany(static (binding, _) => binding.Diagnostics));
    }

    private static IEnumerable<BoundLayer> ByLayer(ImmutableArray<BoundMethod> methods) =>
        methods.GroupBy(method => method.Layer.HintName).Select(group => new BoundLayer(group.First().Layer, new([.. group])));
}
