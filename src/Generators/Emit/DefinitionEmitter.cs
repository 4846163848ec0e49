using Microsoft.CodeAnalysis.CSharp;

namespace Evergraph.Generators;

/// <summary>Writes the property <c>Definition</c>.</summary>
internal static class DefinitionEmitter
{
    public static void Emit(SourceWriter writer, OperatorModel model)
    {
        writer.Summary($"What is known of <c>{SourceWriter.Xml(model.Schema.FullName)}</c>.");
        writer.Line("public static global::Evergraph.Graph.OperatorDefinition Definition { get; } = new(");
        writer.Indent();
        writer.Line($"global::Evergraph.Graph.OperatorSchema.Parse({SymbolDisplay.FormatLiteral(model.Schema.ToString(), quote: true)}),");
        writer.Line($"{model.Traits},");
        writer.Line("Adapters.Fake,");
        writer.Line("[");
        writer.Indent();
        foreach (var kernel in model.Kernels)
            writer.Line($"new({SymbolDisplay.FormatLiteral(kernel.Backend, quote: true)}, Adapters.{KernelAdapterEmitter.NameOf(kernel.Method)}),");
        writer.Outdent();
        writer.Line("],");
        writer.Line($"{(model.HasSplitAxis ? "SplitAxis" : "null")},");
        writer.Line($"{(model.HasSample ? "Sample" : "null")});");
        writer.Outdent();
    }
}
