using System.Text.Json;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>Writes a profile in the Trace Event Format, which chrome://tracing, Perfetto and Edge open.</summary>
public static class ChromeTrace
{
    /// <summary>Writes one run: a complete event for each step, with its node, place and bytes.</summary>
    /// <param name="profile">The run.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(RunProfile profile, Stream stream)
    {
        using var writer = new Utf8JsonWriter(stream, new() { Indented = false });
        writer.WriteStartObject();
        writer.WriteString("displayTimeUnit", "ns");
        writer.WriteStartArray("traceEvents");
        foreach (var step in profile.Steps)
            WriteStep(writer, profile.Graph, step);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter writer, TensorGraph graph, StepTiming step)
    {
        writer.WriteStartObject();
        writer.WriteString("name", step.Name);
        writer.WriteString("cat", "step");
        writer.WriteString("ph", "X");
        writer.WriteNumber("pid", 0);
        writer.WriteNumber("tid", 0);
        writer.WriteNumber("ts", step.Start);
        writer.WriteNumber("dur", step.Duration);
        writer.WriteStartObject("args");
        if (step.Node >= 0)
        {
            writer.WriteString("node", graph.Nodes[step.Node].Operator.Name);
            writer.WriteString("place", graph.Nodes[step.Node].Source.ToString());
        }

        writer.WriteNumber("bytes", step.Bytes);
        writer.WriteNumber("operations", step.Operations);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
