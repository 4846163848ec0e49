using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Evergraph.Graph.Views;

/// <summary>
/// Writes graphs for Google AI Edge's Model Explorer: a collection of graphs, and data for nodes that is laid over one. Its format is
/// <c>GraphCollection</c> and <c>NodeDataProviderData</c> of the viewer's sources.
/// </summary>
public static class ModelExplorerView
{
    private const string FirstId = "before the passes";
    private const string LastId = "after the passes";

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The collection: the first stage and, where a pass changed anything, the last.</summary>
    public static string Write(GraphView view) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("label", view.Title);
        json.WriteStartArray("graphs");
        // The first graph is the one that is opened.
        WriteGraph(LastId, view, view.Last, json);
        if (view.Stages.Count > 1)
            WriteGraph(FirstId, view, view.Stages[0], json);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>How long each node of the last stage took in a run, in microseconds, as data that Model Explorer loads beside the graph.</summary>
    public static string WriteTimings(GraphView view, ViewRun run) => Write(json =>
    {
        var ids = IdsOf(view.Last);
        int firstOperator = view.Last.FirstOperator;
        json.WriteStartObject();
        json.WriteStartObject(LastId);
        json.WriteString("name", $"{run.Name}, µs");
        json.WriteStartObject("results");
        foreach (var node in run.Steps.Where(step => step.Node >= 0).GroupBy(step => step.Node).OrderBy(group => group.Key))
        {
            json.WriteStartObject(ids[firstOperator + node.Key]);
            json.WriteNumber("value", node.Sum(step => step.Duration));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("gradient");
        WriteStop(0, "#ffffff", json);
        WriteStop(1, "#f87171", json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
            write(json);
        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteStop(double stop, string color, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("stop", stop);
        json.WriteString("bgColor", color);
        json.WriteEndObject();
    }

    private static void WriteGraph(string id, GraphView view, ViewStage stage, Utf8JsonWriter json)
    {
        string[] ids = IdsOf(stage);
        var faults = stage.Faults.ToLookup(fault => fault.Node, fault => fault.Text);
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteStartArray("nodes");
        for (int i = 0; i < stage.Nodes.Count; i++)
            WriteNode(view, stage, i, ids, [.. faults[i]], json);
        json.WriteEndArray();
        WriteModules(view, stage, [.. faults[-1]], json);
        json.WriteEndObject();
    }

    private static string[] IdsOf(ViewStage stage) => [.. Drawing.NameNodes(stage)];

    private static void WriteNode(GraphView view, ViewStage stage, int index, string[] ids, string[] faults, Utf8JsonWriter json)
    {
        var node = stage.Nodes[index];
        json.WriteStartObject();
        json.WriteString("id", ids[index]);
        json.WriteString("label", node.Title);
        json.WriteString("namespace", NamespaceOf(stage, node.Module));
        json.WriteStartArray("attrs");
        foreach (var (key, value) in AttributesOf(view, node, faults))
            WritePair(key, value, json);
        json.WriteEndArray();
        json.WriteStartArray("incomingEdges");
        for (int i = 0; i < node.Operands.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("sourceNodeId", ids[node.Operands[i].Node]);
            json.WriteString("sourceNodeOutputId", Number(node.Operands[i].Output));
            json.WriteString("targetNodeInputId", Number(i));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteItems("inputsMetadata", [.. node.Operands.Select(operand => ("__tensor_tag", operand.Name))], json);
        WriteItems("outputsMetadata", [.. node.Results.Select(type => ("tensor_shape", type.ToString()))], json);
        if ((faults.Length > 0 ? "#fecaca" : ColorOf(node.Kind)) is { } color)
        {
            json.WriteStartObject("style");
            json.WriteString("backgroundColor", color);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static IEnumerable<(string Key, string Value)> AttributesOf(GraphView view, ViewNode node, string[] faults)
    {
        foreach (string fault in faults)
            yield return ("fault", fault);
        if (node.Operator >= 0)
            yield return ("schema", view.Operators[node.Operator].Schema);
        foreach (var argument in node.Arguments)
            yield return argument;
        if (node.Source.Length > 0)
            yield return ("source", node.Source);
        if (node.Sharding is { } sharding)
            yield return ("sharding", sharding);
        if (node.Stored is { } stored)
            yield return ("bytes", stored.ToString(CultureInfo.InvariantCulture));
        if (node.Operations is { } operations)
            yield return ("operations", operations.ToString());
        if (node.Placed is { } placed)
            yield return ("runs as", placed);
        if (node.Branches is { } branches)
        {
            yield return ("overlaps when", branches.Predicate);
            yield return ("when it overlaps", string.Join("; ", branches.Fused));
            yield return ("when it does not", string.Join("; ", branches.Plain));
        }

        if (node.Variants.Count > 0)
            yield return ("differs", string.Join("; ", node.Variants));
    }

    private static void WriteItems(string name, IReadOnlyList<(string Key, string Value)> items, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        for (int i = 0; i < items.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("id", Number(i));
            json.WriteStartArray("attrs");
            WritePair(items[i].Key, items[i].Value, json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteModules(GraphView view, ViewStage stage, string[] faults, Utf8JsonWriter json)
    {
        json.WriteStartObject("groupNodeAttributes");
        json.WriteStartObject("");
        json.WriteString("stage", stage.Name);
        foreach (var declared in view.Symbols)
            json.WriteString($"symbol {declared.Symbol.Name}", $"{declared.Symbol.Describe()}: {declared.Declared}");
        for (int i = 0; i < faults.Length; i++)
            json.WriteString($"fault {i + 1}", faults[i]);
        json.WriteEndObject();
        for (int i = 1; i < stage.Modules.Count; i++)
        {
            if (stage.Modules[i].Repeats < 0)
                continue;
            json.WriteStartObject(NamespaceOf(stage, i));
            json.WriteString("built like", stage.Modules[stage.Modules[i].Repeats].Path);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // A slash of a name would open another level.
    private static string NamespaceOf(ViewStage stage, int module)
    {
        var segments = new Stack<string>();
        for (; module > 0; module = stage.Modules[module].Parent)
            segments.Push(stage.Modules[module].Name.Replace('/', '∕'));
        return string.Join('/', segments);
    }

    private static string? ColorOf(ViewNodeKind kind) => kind switch
    {
        ViewNodeKind.Input or ViewNodeKind.Output => "#dbeafe",
        ViewNodeKind.Parameter => "#f1f5f9",
        ViewNodeKind.Collective => "#fde68a",
        ViewNodeKind.Maybe => "#bbf7d0",
        _ => null,
    };

    private static void WritePair(string key, string value, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
