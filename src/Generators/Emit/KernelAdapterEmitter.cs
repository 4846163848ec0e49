using System.Linq;
using Evergraph.Graph;
using Microsoft.CodeAnalysis.CSharp;

namespace Evergraph.Generators;

/// <summary>Writes the adapter that calls one kernel or implementation; it neither boxes nor allocates.</summary>
internal static class KernelAdapterEmitter
{
    /// <summary>The adapter's name in an operator's own class; the prefix keeps a kernel named Fake or like the class itself apart.</summary>
    public static string NameOf(string method) => "Run" + method;

    /// <summary>Writes an adapter.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="schema">The operator's schema.</param>
    /// <param name="type">The method's class from anywhere.</param>
    /// <param name="method">The method.</param>
    /// <param name="layer">What the method gets before the schema's arguments, or null.</param>
    /// <param name="takesLayer">Whether the adapter itself takes the layer first.</param>
    public static void Emit(
        SourceWriter writer, string name, OperatorSchema schema, string type, string method, string? layer = null, bool takesLayer = false)
    {
        var reads = schema.Arguments.Select((argument, i) => $"arguments[{i}].{ArgumentType.Of(argument.Type)!.KernelReader}");
        string call = $"{type}.{Identifiers.Escape(method)}({string.Join(", ", layer is null ? reads : reads.Prepend(layer))})";
        writer.Line(
            $"internal static void {name}({(takesLayer ? "object? layer, " : "")}global::System.ReadOnlySpan<global::Evergraph.Graph.KernelArgument> arguments, global::System.Span<global::Evergraph.Graph.Tensor> results)");
        writer.Open();
        switch (ResultShapes.Of(schema))
        {
            case ResultShape.Nothing:
                writer.Line($"{call};");
                break;
            case ResultShape.One:
                writer.Line($"results[0] = {call};");
                break;
            case ResultShape.List:
                EmitList(writer, schema, method, call);
                break;
            default:
                var slots = Enumerable.Range(0, schema.Returns.Count).Select(i => $"results[{i}]");
                writer.Line($"({string.Join(", ", slots)}) = {call};");
                break;
        }

        writer.Close();
    }

    private static void EmitList(SourceWriter writer, OperatorSchema schema, string method, string call)
    {
        string place = SymbolDisplay.FormatLiteral($"{schema.FullName}: kernel {method} gives another number of tensors than the fake: expected ", quote: true);
        writer.Line($"var tensors = {call};");
        writer.Line("if (tensors.Length != results.Length)");
        writer.Line($"    throw new global::Evergraph.Graph.EvergraphException({place} + results.Length + \", given \" + tensors.Length);");
        writer.Line("global::System.MemoryExtensions.CopyTo(tensors, results);");
    }
}
