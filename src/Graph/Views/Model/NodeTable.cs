using System.Text.Json;

namespace Evergraph.Graph.Views;

/// <summary>Nodes as numbers: most stages leave most nodes alone, and a document says each once, apart from where it is and what it reads.</summary>
internal sealed class NodeTable
{
    private readonly List<ViewNode> _nodes = [];
    private readonly Dictionary<string, int> _latest = new(StringComparer.Ordinal);

    /// <summary>The number of a node.</summary>
    public int Add(ViewNode node)
    {
        // A node that is changed and later changed back is rare, and is then said again.
        if (!_latest.TryGetValue(node.Key, out int id) || !IsSame(_nodes[id], node))
        {
            _latest[node.Key] = id = _nodes.Count;
            _nodes.Add(node);
        }

        return id;
    }

    /// <summary>Writes the array <c>nodes</c>.</summary>
    public void Write(ExpressionTable table, Utf8JsonWriter json)
    {
        json.WriteStartArray("nodes");
        foreach (var node in _nodes)
        {
            Write(node, table, json);
            ViewJson.FlushPart(json);
        }

        json.WriteEndArray();
    }

    private static bool IsSame(ViewNode a, ViewNode b) =>
        a.Kind == b.Kind && a.Title == b.Title && a.Operator == b.Operator && a.Source == b.Source && a.Sharding == b.Sharding
        && a.Operations.Equals(b.Operations) && a.Stored == b.Stored && a.Placed == b.Placed
        && a.Arguments.SequenceEqual(b.Arguments) && a.Results.SequenceEqual(b.Results) && a.Variants.SequenceEqual(b.Variants)
        && IsSame(a.Operands, b.Operands)
        && IsSame(a.Branches, b.Branches);

    private static bool IsSame(IReadOnlyList<ViewOperand> a, IReadOnlyList<ViewOperand> b)
    {
        if (a.Count != b.Count)
            return false;
        for (int i = 0; i < a.Count; i++)
        {
            if (a[i].Name != b[i].Name)
                return false;
        }

        return true;
    }

    private static bool IsSame(MaybeBranches? a, MaybeBranches? b) =>
        a is null || b is null
            ? a is null && b is null
            : a.Predicate == b.Predicate && a.Size.Equals(b.Size) && a.Threshold == b.Threshold && a.Enabled == b.Enabled && a.Ranks == b.Ranks
                && a.Fused.SequenceEqual(b.Fused) && a.Plain.SequenceEqual(b.Plain);

    private static void Write(ViewNode node, ExpressionTable table, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("key", node.Key);
        json.WriteString("kind", node.Kind.Word());
        json.WriteString("title", node.Title);
        json.WriteNumber("op", node.Operator);
        json.WriteStartArray("args");
        foreach (var (name, text) in node.Arguments)
        {
            json.WriteStartArray();
            json.WriteStringValue(name);
            json.WriteStringValue(text);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("names");
        foreach (var operand in node.Operands)
            json.WriteStringValue(operand.Name);
        json.WriteEndArray();
        json.WriteStartArray("outputs");
        foreach (var type in node.Results)
            json.WriteNumberValue(table.Add(type));
        json.WriteEndArray();
        json.WriteString("source", node.Source);
        if (node.Sharding is { } sharding)
            json.WriteString("sharding", sharding);
        if (node.Operations is { } operations)
            json.WriteNumber("operations", table.Add(operations));
        if (node.Stored is { } stored)
            json.WriteNumber("stored", stored);
        if (node.Placed is { } placed)
            json.WriteString("placed", placed);
        if (node.Variants.Count > 0)
            json.WriteStrings("variants", node.Variants);
        if (node.Branches is { } branches)
            Write(branches, table, json);
        json.WriteEndObject();
    }

    private static void Write(MaybeBranches branches, ExpressionTable table, Utf8JsonWriter json)
    {
        json.WriteStartObject("maybe");
        json.WriteString("predicate", branches.Predicate);
        json.WriteNumber("size", table.Add(branches.Size));
        json.WriteNumber("threshold", branches.Threshold);
        json.WriteBoolean("enabled", branches.Enabled);
        json.WriteNumber("ranks", branches.Ranks);
        json.WriteStrings("fused", branches.Fused);
        json.WriteStrings("plain", branches.Plain);
        json.WriteEndObject();
    }
}
