using System.Text;

namespace Evergraph.Graph.Views;

/// <summary>Writes a graph as a Mermaid flowchart, which code hosts draw inside Markdown: modules are subgraphs, edges carry types.</summary>
/// <remarks>Code hosts refuse charts of more than a few hundred edges; folded, a model of any number of equal layers stays below.</remarks>
public static class MermaidView
{
    /// <summary>The Mermaid text of a view's last stage.</summary>
    /// <param name="view">The view.</param>
    /// <param name="fold">Whether modules that repeat each other are drawn once, with how many there are.</param>
    public static string Write(GraphView view, bool fold = true)
    {
        var drawing = Drawing.Of(view.Last, fold);
        var text = new StringBuilder();
        text.AppendLine("flowchart TB");
        for (int i = 0; i < drawing.Faults.Count; i++)
            text.AppendLine($"  fault{i}[{Quote(drawing.Faults[i])}]:::fault");
        int modules = 0;
        WriteModule(text, drawing, drawing.Root, 1, ref modules);
        foreach (var edge in drawing.Edges)
            text.AppendLine($"  {drawing.Ids[edge.From]} -->|{Quote(edge.Label)}| {drawing.Ids[edge.To]}");
        text.AppendLine("  classDef boundary fill:#dbeafe,stroke:#3b82f6,color:#0f172a");
        text.AppendLine("  classDef parameter fill:#f1f5f9,stroke:#94a3b8,color:#0f172a");
        text.AppendLine("  classDef collective fill:#fde68a,stroke:#b45309,color:#0f172a");
        text.AppendLine("  classDef maybe fill:#bbf7d0,stroke:#15803d,stroke-width:3px,color:#0f172a");
        text.AppendLine("  classDef fault fill:#fee2e2,stroke:#b91c1c,stroke-width:3px,color:#7f1d1d");
        return text.ToString();
    }

    private static void WriteModule(StringBuilder text, Drawing drawing, DrawnModule module, int depth, ref int modules)
    {
        string indent = new(' ', depth * 2);
        foreach (int node in module.Nodes)
        {
            string[] faults = [.. drawing.FaultsOf(node)];
            string label = Quote(string.Join('\n', [drawing[node].Title, .. drawing.DetailsOf(node), .. faults]));
            string id = drawing.Ids[node];
            string shape = drawing[node].Kind switch
            {
                ViewNodeKind.Input or ViewNodeKind.Output => $"{id}([{label}])",
                ViewNodeKind.Parameter => $"{id}[({label})]",
                ViewNodeKind.Collective or ViewNodeKind.Maybe => $"{id}{{{{{label}}}}}",
                _ => $"{id}[{label}]",
            };
            text.AppendLine($"{indent}{shape}{(faults.Length > 0 ? ":::fault" : Style(drawing[node].Kind))}");
        }

        foreach (var inner in module.Modules)
        {
            text.AppendLine($"{indent}subgraph m{modules++}[{Quote(inner.Label)}]");
            WriteModule(text, drawing, inner, depth + 1, ref modules);
            text.AppendLine($"{indent}end");
        }
    }

    private static string Style(ViewNodeKind kind) => kind switch
    {
        ViewNodeKind.Input or ViewNodeKind.Output => ":::boundary",
        ViewNodeKind.Parameter => ":::parameter",
        ViewNodeKind.Collective => ":::collective",
        ViewNodeKind.Maybe => ":::maybe",
        _ => "",
    };

    // Mermaid reads entity codes inside quotes; a bare quote, bracket, angle or backtick would end the label or start markup.
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c == '\n')
                quoted.Append("<br/>");
            else if (c is '"' or '<' or '>' or '&' or '#' or '`' or '\\' or ';' || char.IsControl(c))
                quoted.Append('#').Append((int)c).Append(';');
            else
                quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}
