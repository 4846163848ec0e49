using System.Text.Encodings.Web;
using System.Text.Json;

namespace Evergraph.Graph.Views;

/// <summary>Writes a view as the document that the page reads; docs/view.md says what stands where.</summary>
public static class ViewJson
{
    /// <summary>What the document calls itself; the page refuses others.</summary>
    public const string Format = "evergraph-view/1";

    private const int PartBytes = 1 << 15;

    /// <summary>The document's text.</summary>
    /// <remarks>It is JSON, not HTML: inside a page it must be escaped.</remarks>
    public static string Write(GraphView view)
    {
        using var stream = new MemoryStream();
        Write(view, stream);
        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Writes the document as UTF-8, in parts: a large model's would fill large memory several times over.</summary>
    /// <param name="view">What is shown.</param>
    /// <param name="stream">Where it goes.</param>
    public static void Write(GraphView view, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Write(view, json);
    }

    /// <summary>Hands on what is written so far, where it is a part's worth.</summary>
    internal static void FlushPart(Utf8JsonWriter json)
    {
        if (json.BytesPending > PartBytes)
            json.Flush();
    }

    private static void Write(GraphView view, Utf8JsonWriter json)
    {
        var table = new ExpressionTable();
        var nodes = new NodeTable();
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteString("title", view.Title);
        json.WriteStartArray("symbols");
        foreach (var symbol in view.Symbols)
            Write(symbol, json);
        json.WriteEndArray();
        json.WriteStartArray("operators");
        foreach (var definition in view.Operators)
            Write(definition, json);
        json.WriteEndArray();
        json.WriteStartArray("stages");
        foreach (var stage in view.Stages)
            Write(stage, nodes, json);
        json.WriteEndArray();
        nodes.Write(table, json);
        table.Write(json);
        if (view.Runs.Count > 0)
        {
            int firstOperator = view.Last.FirstOperator;
            json.WriteStartArray("runs");
            foreach (var run in view.Runs)
                Write(run, firstOperator, json);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(ViewSymbol declared, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", declared.Symbol.Name);
        json.WriteNumber("min", declared.Symbol.Min);
        if (declared.Symbol.Max == Symbol.Unbounded)
            json.WriteNull("max");
        else
            json.WriteNumber("max", declared.Symbol.Max);
        json.WriteString("declared", declared.Declared);
        json.WriteEndObject();
    }

    private static void Write(ViewOperator definition, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", definition.Name);
        json.WriteString("schema", definition.Schema);
        json.WriteStrings("traits", definition.Traits);
        json.WriteString("fake", definition.Fake);
        json.WriteStartArray("implementations");
        foreach (var implementation in definition.Implementations)
        {
            json.WriteStartObject();
            json.WriteString("id", implementation.Id);
            json.WriteString("backend", implementation.Backend);
            json.WriteBoolean("available", implementation.Available);
            json.WriteBoolean("chosen", implementation.Chosen);
            json.WriteString("reason", implementation.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(ViewStage stage, NodeTable nodes, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", stage.Name);
        json.WriteString("detail", stage.Detail);
        json.WriteStartArray("modules");
        foreach (var module in stage.Modules)
        {
            json.WriteStartObject();
            json.WriteString("name", module.Name);
            json.WriteString("path", module.Path);
            json.WriteNumber("parent", module.Parent);
            json.WriteNumber("repeats", module.Repeats);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("nodes");
        foreach (var node in stage.Nodes)
        {
            json.WriteStartArray();
            json.WriteNumberValue(nodes.Add(node));
            json.WriteNumberValue(node.Module);
            foreach (var operand in node.Operands)
            {
                json.WriteNumberValue(operand.Node);
                json.WriteNumberValue(operand.Output);
            }

            json.WriteEndArray();
            FlushPart(json);
        }

        json.WriteEndArray();
        json.WriteStartArray("faults");
        foreach (var fault in stage.Faults)
        {
            json.WriteStartObject();
            json.WriteNumber("node", fault.Node);
            json.WriteString("text", fault.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(ViewRun run, int firstOperator, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", run.Name);
        json.WriteStartObject("symbols");
        foreach (var (symbol, value) in run.Symbols)
            json.WriteNumber(symbol, value);
        json.WriteEndObject();
        json.WriteStartArray("steps");
        foreach (var step in run.Steps)
        {
            json.WriteStartObject();
            json.WriteNumber("node", step.Node < 0 ? -1 : firstOperator + step.Node);
            json.WriteString("name", step.Name);
            json.WriteNumber("start", step.Start);
            json.WriteNumber("duration", step.Duration);
            json.WriteNumber("bytes", step.Bytes);
            json.WriteNumber("operations", step.Operations);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (run.PeakBytes is { } peak)
            json.WriteNumber("peakBytes", peak);
        json.WriteEndObject();
    }
}
