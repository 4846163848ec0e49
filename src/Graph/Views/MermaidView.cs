using System.Text;

namespace Evergraph.Graph.Views;

/// <summary>Writes a graph as a Mermaid flowchart, which code hosts draw inside Markdown: modules are subgraphs, edges carry types.</summary>
public static class MermaidView
{
    /// <summary>The Mermaid text of a graph.</summary>
    public static string Write(TensorGraph graph)
    {
        var view = GraphView.Of(graph);
        var text = new StringBuilder();
        text.AppendLine("flowchart TB");
        int modules = 0;
        WriteModule(text, view.Root, 1, ref modules);
        foreach (var edge in view.Edges)
            text.AppendLine($"  {edge.From} -->|{Quote(edge.Label)}| {edge.To}");
        text.AppendLine("  classDef boundary fill:#dbeafe,stroke:#3b82f6,color:#0f172a");
        text.AppendLine("  classDef parameter fill:#f1f5f9,stroke:#94a3b8,color:#0f172a");
        text.AppendLine("  classDef collective fill:#fde68a,stroke:#b45309,color:#0f172a");
        text.AppendLine("  classDef maybe fill:#bbf7d0,stroke:#15803d,stroke-width:3px,color:#0f172a");
        return text.ToString();
    }

    private static void WriteModule(StringBuilder text, ViewModule module, int depth, ref int modules)
    {
        string indent = new(' ', depth * 2);
        foreach (var node in module.Nodes)
        {
            string label = Quote(node.Detail.Length == 0 ? node.Title : $"{node.Title}\n{node.Detail}");
            text.AppendLine(node.Kind switch
            {
                ViewNodeKind.Input or ViewNodeKind.Output => $"{indent}{node.Id}([{label}]):::boundary",
                ViewNodeKind.Parameter => $"{indent}{node.Id}[({label})]:::parameter",
                ViewNodeKind.Collective => $"{indent}{node.Id}{{{{{label}}}}}:::collective",
                ViewNodeKind.Maybe => $"{indent}{node.Id}{{{{{label}}}}}:::maybe",
                _ => $"{indent}{node.Id}[{label}]",
            });
        }

        foreach (var inner in module.Modules)
        {
            text.AppendLine($"{indent}subgraph m{modules++}[{Quote(inner.Name)}]");
            WriteModule(text, inner, depth + 1, ref modules);
            text.AppendLine($"{indent}end");
        }
    }

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
