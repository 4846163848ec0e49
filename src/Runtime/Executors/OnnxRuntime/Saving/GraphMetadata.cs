using System.Globalization;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Format;
using Evergraph.Runtime.OnnxRuntime.Lowering;
using Evergraph.Runtime.OnnxRuntime.Sessions;

namespace Evergraph.Runtime.OnnxRuntime.Saving;

/// <summary>What ONNX has no field for, as named texts of the model; and where its nodes come from, as their documentation.</summary>
internal static class GraphMetadata
{
    /// <summary>Writes them.</summary>
    public static void Add(ModelProto model, TensorGraph graph, LoweredGraph lowered, int rank, int ranks)
    {
        void Set(string key, string value) => model.MetadataProps.Add(new StringStringEntryProto { Key = $"evergraph.{key}", Value = value });

        foreach (var symbol in graph.Symbols())
            Set($"symbol.{symbol.Name}", symbol.Max == Symbol.Unbounded ? $"{Text(symbol.Min)}.." : $"{Text(symbol.Min)}..{Text(symbol.Max)}");
        for (int i = 0; i < graph.Requirements.Length; i++)
            Set($"requirement.{Text(i)}", graph.Requirements[i].Describe());
        var roles = new OutputRoles(graph);
        for (int i = 0; i < graph.Outputs.Length; i++)
        {
            if (Target(graph, roles, i) is { } input)
                Set($"overwrites.{lowered.Outputs[i]}", lowered.Inputs[input]);
        }

        if (lowered.CustomOperators.Any())
            Set("operators", string.Join(", ", lowered.CustomOperators.Select(definition => definition.Name)));
        if (ranks > 1)
            Set("rank", $"{Text(rank)} of {Text(ranks)}");
        foreach (var node in lowered.Nodes)
        {
            foreach (var written in node.Onnx)
                written.DocString = node.Node.ToString();
        }
    }

    /// <summary>The input that an output is the new value of, or null.</summary>
    private static int? Target(TensorGraph graph, OutputRoles roles, int output) => roles.Kinds[output] switch
    {
        GraphOutputKind.InputMutation => roles.Targets[output],
        GraphOutputKind.BufferMutation => graph.Inputs.Length + Array.IndexOf(roles.Buffers, roles.Targets[output]),
        _ => null,
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
