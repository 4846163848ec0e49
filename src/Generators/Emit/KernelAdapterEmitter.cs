using System.Linq;
using Evergraph.Graph;
using Microsoft.CodeAnalysis.CSharp;

namespace Evergraph.Generators;

/// <summary>Writes the adapter that calls one kernel; it neither boxes nor allocates.</summary>
internal static class KernelAdapterEmitter
{
    /// <summary>The adapter's name; the prefix keeps a kernel named Fake or like the class itself apart.</summary>
    public static string NameOf(string method) => "Run" + method;

    public static void Emit(SourceWriter writer, OperatorModel model, string method)
    {
        string reads = string.Join(", ", model.Schema.Arguments.Select((argument, i) => $"arguments[{i}].{ArgumentType.Of(argument.Type)!.KernelReader}"));
        string call = $"{model.QualifiedClass}.{Identifiers.Escape(method)}({reads})";
        writer.Line(
            $"internal static void {NameOf(method)}(global::System.ReadOnlySpan<global::Evergraph.Graph.KernelArgument> arguments, global::System.Span<global::Evergraph.Graph.Tensor> results)");
        writer.Open();
        switch (ResultShapes.Of(model.Schema))
        {
            case ResultShape.Nothing:
                writer.Line($"{call};");
                break;
            case ResultShape.One:
                writer.Line($"results[0] = {call};");
                break;
            case ResultShape.List:
                EmitList(writer, model, method, call);
                break;
            default:
                var slots = Enumerable.Range(0, model.Schema.Returns.Count).Select(i => $"results[{i}]");
                writer.Line($"({string.Join(", ", slots)}) = {call};");
                break;
        }

        writer.Close();
    }

    private static void EmitList(SourceWriter writer, OperatorModel model, string method, string call)
    {
        string place = SymbolDisplay.FormatLiteral($"{model.Schema.FullName}: kernel {method} gives another number of tensors than the fake: expected ", quote: true);
        writer.Line($"var tensors = {call};");
        writer.Line("if (tensors.Length != results.Length)");
        writer.Line($"    throw new global::Evergraph.Graph.EvergraphException({place} + results.Length + \", given \" + tensors.Length);");
        writer.Line("global::System.MemoryExtensions.CopyTo(tensors, results);");
    }
}
