using System.Collections.Generic;
using System.Linq;
using Evergraph.Graph;

namespace Evergraph.Generators;

/// <summary>Writes <c>Invoke</c>, which runs the operator on real tensors and records it on traced ones.</summary>
internal static class InvokeEmitter
{
    private const string Tensor = "global::Evergraph.Graph.Tensor";

    // Element names that C# gives a meaning of its own in tuples.
    private static readonly HashSet<string> TupleMembers =
        ["CompareTo", "Deconstruct", "Equals", "GetHashCode", "Rest", "ToString"];

    public static void Emit(SourceWriter writer, OperatorModel model)
    {
        var schema = model.Schema;
        var names = new LocalNames(schema.Arguments.Select(argument => argument.Name));
        string file = names.Take("sourceFile");
        string line = names.Take("sourceLine");
        string call = names.Take("call");
        string results = names.Take("results");
        var shape = ResultShapes.Of(schema)!.Value;
        var defaults = Defaults(schema);

        writer.Summary($"Calls <c>{SourceWriter.Xml(schema.ToString())}</c>: computes on real tensors, records a node on traced ones.");
        writer.Line("/// <exception cref=\"global::Evergraph.Graph.ShapeException\">The fake refused the arguments.</exception>");
        writer.Line($"public static {ReturnType(schema, shape)} Invoke(");
        writer.Indent();
        for (int i = 0; i < schema.Arguments.Count; i++)
            writer.Line(Parameter(schema.Arguments[i], defaults[i]) + ",");
        writer.Line($"[global::System.Runtime.CompilerServices.CallerFilePath] string {file} = \"\",");
        writer.Line($"[global::System.Runtime.CompilerServices.CallerLineNumber] int {line} = 0)");
        writer.Outdent();
        writer.Open();
        writer.Line($"var {call} = new global::Evergraph.Graph.Invocation({schema.Arguments.Count});");
        for (int i = 0; i < schema.Arguments.Count; i++)
        {
            string name = Identifiers.Escape(schema.Arguments[i].Name);
            writer.Line(defaults[i]?.Replacement is { } replacement ? $"{call}.Add({name} ?? {replacement});" : $"{call}.Add({name});");
        }

        string run = $"{call}.Run({model.QualifiedClass}.Definition, {file}, {line})";
        ResultEmitter.EmitReturn(writer, shape, schema.Returns.Count, run, results);
        writer.Close();
    }

    /// <summary>C# wants optional parameters last, so a default counts only where all parameters behind it have one too.</summary>
    private static InvokeDefault?[] Defaults(OperatorSchema schema)
    {
        var defaults = new InvokeDefault?[schema.Arguments.Count];
        for (int i = defaults.Length - 1; i >= 0; i--)
        {
            var argument = schema.Arguments[i];
            defaults[i] = InvokeDefault.Of(argument, ArgumentType.Of(argument.Type)!.Invoke);
            if (defaults[i] is null)
                break;
        }

        return defaults;
    }

    private static string Parameter(SchemaArgument argument, InvokeDefault? value)
    {
        var type = ArgumentType.Of(argument.Type)!.Invoke;
        string name = Identifiers.Escape(argument.Name);
        if (value is null)
            return $"{type.Full} {name}";
        return $"{(value.Replacement is null ? type : type.OrNull()).Full} {name} = {value.Constant}";
    }

    private static string ReturnType(OperatorSchema schema, ResultShape shape) => shape == ResultShape.Tuple
        ? "(" + string.Join(", ", schema.Returns.Select(result => Tensor + ElementName(result.Name))) + ")"
        : ResultShapes.Type(shape, schema.Returns.Count, Tensor);

    private static string ElementName(string? name) =>
        name is null || TupleMembers.Contains(name) || name.StartsWith("Item", System.StringComparison.Ordinal) ? "" : " " + Identifiers.Escape(name);
}
