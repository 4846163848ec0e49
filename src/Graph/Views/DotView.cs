using System.Text;

namespace Evergraph.Graph.Views;

/// <summary>Writes a graph in Graphviz's DOT language: modules are clusters, edges carry types.</summary>
public static class DotView
{
    /// <summary>The DOT text of a view's last stage.</summary>
    /// <param name="view">The view.</param>
    /// <param name="fold">Whether modules that repeat each other are drawn once, with how many there are.</param>
    public static string Write(GraphView view, bool fold = true)
    {
        var drawing = Drawing.Of(view.Last, fold);
        var text = new StringBuilder();
        text.AppendLine("digraph evergraph {");
        text.AppendLine("  rankdir=TB; compound=true;");
        text.AppendLine("  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"Helvetica\", fontsize=10];");
        text.AppendLine("  edge [fontname=\"Helvetica\", fontsize=8, color=\"#64748b\"];");
        if (drawing.Faults.Count > 0)
            text.AppendLine($"  label={Quote(string.Join('\n', drawing.Faults))}; labelloc=t; fontcolor=\"#b91c1c\";");
        int clusters = 0;
        WriteModule(text, drawing, drawing.Root, 1, ref clusters);
        foreach (var edge in drawing.Edges)
            text.AppendLine($"  {drawing.Ids[edge.From]} -> {drawing.Ids[edge.To]} [label={Quote(edge.Label)}];");
        return text.AppendLine("}").ToString();
    }

    private static void WriteModule(StringBuilder text, Drawing drawing, DrawnModule module, int depth, ref int clusters)
    {
        string indent = new(' ', depth * 2);
        foreach (int node in module.Nodes)
        {
            string[] faults = [.. drawing.FaultsOf(node)];
            string label = string.Join('\n', [drawing[node].Title, .. drawing.DetailsOf(node), .. faults]);
            string fault = faults.Length == 0 ? "" : ", color=\"#b91c1c\", fontcolor=\"#b91c1c\", penwidth=3";
            text.AppendLine($"{indent}{drawing.Ids[node]} [label={Quote(label)}{Style(drawing[node].Kind)}{fault}];");
        }

        foreach (var inner in module.Modules)
        {
            text.AppendLine($"{indent}subgraph cluster_{clusters++} {{");
            text.AppendLine($"{indent}  label={Quote(inner.Label)}; style=\"rounded\"; color=\"#94a3b8\"; fontname=\"Helvetica\"; fontsize=11;");
            WriteModule(text, drawing, inner, depth + 1, ref clusters);
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

    // In a quoted string of DOT only the quote and the backslash are special; a line break is \n, and a NUL would end the text.
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (c == '\n')
                quoted.Append("\\n");
            else if (!char.IsControl(c))
                quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}
