using System.Linq;
using Evergraph.Graph;

namespace Evergraph.Generators;

/// <summary>Writes the adapter that calls the Fake with arguments read by position.</summary>
internal static class FakeAdapterEmitter
{
    public static void Emit(SourceWriter writer, OperatorModel model)
    {
        string reads = string.Join(", ", model.Schema.Arguments.Select((argument, i) => $"arguments.{ArgumentType.Of(argument.Type)!.FakeReader}({i})"));
        string call = $"{model.QualifiedClass}.Fake({reads})";
        writer.Line("internal static global::Evergraph.Graph.TensorType[] Fake(global::Evergraph.Graph.FakeArguments arguments)");
        writer.Open();
        switch (ResultShapes.Of(model.Schema))
        {
            case ResultShape.Nothing:
                writer.Line($"{call};");
                writer.Line("return [];");
                break;
            case ResultShape.One:
                writer.Line($"return [{call}];");
                break;
            case ResultShape.List:
                writer.Line($"return {call};");
                break;
            default:
                var names = Enumerable.Range(0, model.Schema.Returns.Count).Select(i => $"result{i}").ToArray();
                writer.Line($"var ({string.Join(", ", names)}) = {call};");
                writer.Line($"return [{string.Join(", ", names)}];");
                break;
        }

        writer.Close();
    }
}
