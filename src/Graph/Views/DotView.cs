using System.Text;

namespace Evergraph.Graph.Views;

/// <summary>Writes a graph in Graphviz's DOT language: modules are clusters, edges carry types.</summary>
public static class DotView
{
    /// <summary>The DOT text of a graph.</summary>
    public static string Write(TensorGraph graph)
    {
        var view = GraphView.Of(graph);
        var text = new StringBuilder();
        text.AppendLine("digraph evergraph {");
        text.AppendLine("  rankdir=TB; compound=true;");
        text.AppendLine("  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"Helvetica\", fontsize=10];");
        text.AppendLine("  edge [fontname=\"Helvetica\", fontsize=8, color=\"#64748b\"];");
        int clusters = 0;
        WriteModule(text, view.Root, 1, ref clusters);
        foreach (var edge in view.Edges)
            text.AppendLine($"  {edge.From} -> {edge.To} [label={Quote(edge.Label)}];");
        return text.AppendLine("}").ToString();
    }

    private static void WriteModule(StringBuilder text, ViewModule module, int depth, ref int clusters)
    {
        string indent = new(' ', depth * 2);
        foreach (var node in module.Nodes)
        {
            string label = node.Detail.Length == 0 ? node.Title : $"{node.Title}\n{node.Detail}";
            text.AppendLine($"{indent}{node.Id} [label={Quote(label)}{Style(node.Kind)}];");
        }

        foreach (var inner in module.Modules)
        {
            text.AppendLine($"{indent}subgraph cluster_{clusters++} {{");
            text.AppendLine($"{indent}  label={Quote(inner.Name)}; style=\"rounded\"; color=\"#94a3b8\"; fontname=\"Helvetica\"; fontsize=11;");
            WriteModule(text, inner, depth + 1, ref clusters);
            text.AppendLine($"{indent}}}");
        }
    }

    private static string Style(ViewNodeKind kind) => kind switch
    {
        ViewNodeKind.Input or ViewNodeKind.Output => ", shape=ellipse, fillcolor=\"#dbeafe\"",
        ViewNodeKind.Parameter => ", shape=note, fillcolor=\"#f1f5f9\"",
        ViewNodeKind.Collective => ", fillcolor=\"#fde68a\"",
        ViewNodeKind.Maybe => ", fillcolor=\"#bbf7d0\", penwidth=2",
        _ => "",
    };

    // In a quoted string of DOT only the quote and the backslash are special; a line break is \n.
    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
