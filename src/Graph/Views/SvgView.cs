using System.Globalization;
using System.Text;
using Evergraph.Graph.Views.Layout;

namespace Evergraph.Graph.Views;

/// <summary>Draws a graph as SVG, laid out by ourselves: modules are boxes in boxes, edges go down and carry types.</summary>
public static class SvgView
{
    private const double TitleWidth = 6.4;
    private const double TextWidth = 5.3;
    private const double LabelWidth = 4.9;
    private const double LineHeight = 13;
    private const int MostCharacters = 64;
    private const int MostLines = 8;

    // A dark page shows a dark picture; printed it is light.
    private const string Style = """
        svg { background: #ffffff; font-family: Helvetica, Arial, sans-serif; }
        .module { fill: #f8fafc; fill-opacity: .7; stroke: #94a3b8; }
        .behind { fill: #f1f5f9; stroke: #94a3b8; }
        .node { fill: #ffffff; stroke: #475569; }
        .input, .output { fill: #dbeafe; stroke: #3b82f6; }
        .parameter { fill: #f1f5f9; stroke: #94a3b8; }
        .collective { fill: #fde68a; stroke: #b45309; }
        .maybe { fill: #bbf7d0; stroke: #15803d; stroke-width: 2; }
        .fault { fill: #fee2e2; stroke: #b91c1c; stroke-width: 3; }
        text { fill: #0f172a; font-size: 9px; text-anchor: middle; }
        .title { font-size: 11px; }
        .name { font-size: 11px; fill: #475569; text-anchor: start; }
        .what { fill: #b91c1c; }
        .type { font-size: 8px; fill: #475569; paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }
        .edge { fill: none; stroke: #64748b; }
        .head { fill: #64748b; }
        @media screen and (prefers-color-scheme: dark) {
        svg { background: #0f172a; }
        .module { fill: #1e293b; } .behind { fill: #0f172a; } .node { fill: #334155; stroke: #94a3b8; }
        .input, .output { fill: #1e3a8a; } .parameter { fill: #1e293b; } .collective { fill: #78350f; } .maybe { fill: #14532d; } .fault { fill: #7f1d1d; }
        text { fill: #f1f5f9; } .name { fill: #cbd5e1; } .what { fill: #fca5a5; } .type { fill: #cbd5e1; stroke: #0f172a; }
        }
        """;

    /// <summary>The picture of a view's last stage.</summary>
    /// <param name="view">The view.</param>
    /// <param name="fold">Whether modules that repeat each other are drawn once, with how many there are.</param>
    public static string Write(GraphView view, bool fold = true)
    {
        var drawing = Drawing.Of(view.Last, fold);
        var placed = new PlacedDrawing(drawing, node => SizeOf(drawing, node), module => module.Label.Length * TitleWidth);
        var body = new StringBuilder();
        List<string> faults = [.. drawing.Faults.SelectMany(Wrap)];
        double top = faults.Count * LineHeight;
        var (width, height) = Bounds(drawing, placed);
        foreach (string fault in faults)
            width = Math.Max(width, (fault.Length * TextWidth) + 12);
        foreach (var module in placed.Modules)
            WriteModule(body, module.Module, module.X, module.Y, module.Width, module.Height);
        foreach (var (_, points, isLast) in placed.Wires)
            WriteWire(body, points, isLast);
        foreach (var (node, x, y) in placed.Nodes)
            WriteNode(body, drawing, node, x, y);

        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 {Number(-top)} {Number(width)} {Number(height + top)}\" width=\"{Number(width)}\" height=\"{Number(height + top)}\" role=\"img\">");
        text.AppendLine($"<title>{XmlText.Escape(view.Title)}</title>");
        text.AppendLine($"<style>\n{Style}\n</style>");
        text.AppendLine("<defs><marker id=\"head\" viewBox=\"0 0 6 6\" refX=\"6\" refY=\"3\" markerWidth=\"6\" markerHeight=\"6\" orient=\"auto\"><path class=\"head\" d=\"M0 0L6 3L0 6z\"/></marker></defs>");
        for (int i = 0; i < faults.Count; i++)
            text.AppendLine($"<text class=\"what\" style=\"text-anchor:start\" x=\"6\" y=\"{Number((i * LineHeight) + 10 - top)}\">{XmlText.Escape(faults[i])}</text>");
        return text.Append(body).AppendLine("</svg>").ToString();
    }

    private static (double Width, double Height) Bounds(Drawing drawing, PlacedDrawing placed)
    {
        double width = 40, height = 40;
        foreach (var (node, x, y) in placed.Nodes)
        {
            var size = SizeOf(drawing, node);
            (width, height) = (Math.Max(width, x + (size.Width / 2)), Math.Max(height, y + size.Height));
        }

        foreach (var module in placed.Modules)
            (width, height) = (Math.Max(width, module.X + module.Width), Math.Max(height, module.Y + module.Height));
        return (width + ModuleBox.Padding, height + ModuleBox.Padding);
    }

    private static List<(string Text, string Class)> LinesOf(Drawing drawing, int node)
    {
        var lines = new List<(string, string)> { (Short(drawing[node].Title), "title") };
        foreach (string detail in drawing.DetailsOf(node))
            lines.Add((Short(detail), ""));
        foreach (string fault in drawing.FaultsOf(node))
            lines.AddRange(Wrap(fault).Select(line => (line, "what")));
        return lines;
    }

    private static double BoxWidth(List<(string Text, string Class)> lines) =>
        lines.Max(line => line.Text.Length * (line.Class == "title" ? TitleWidth : TextWidth)) + 16;

    // A node needs room for the type that is written below it too.
    private static (double Width, double Height) SizeOf(Drawing drawing, int node)
    {
        var lines = LinesOf(drawing, node);
        return (Math.Max(BoxWidth(lines), TypeOf(drawing, node).Length * LabelWidth), (lines.Count * LineHeight) + 9);
    }

    private static string TypeOf(Drawing drawing, int node) =>
        drawing[node].Kind is ViewNodeKind.Input or ViewNodeKind.Parameter ? "" : Short(string.Join(", ", drawing[node].Results));

    private static string Short(string text)
    {
        text = text.ReplaceLineEndings(" ");
        return text.Length <= MostCharacters ? text : $"{text[..(MostCharacters - 1)]}…";
    }

    /// <summary>Text in lines: what is wrong must be readable in a picture, where nobody can ask for the rest.</summary>
    private static IReadOnlyList<string> Wrap(string text)
    {
        var lines = new List<string>();
        string line = "";
        foreach (string word in text.ReplaceLineEndings(" ").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > MostCharacters)
            {
                lines.Add(line);
                line = "";
            }

            line = line.Length == 0 ? Short(word) : $"{line} {word}";
        }

        if (line.Length > 0)
            lines.Add(line);
        return lines.Count <= MostLines ? lines : [.. lines.Take(MostLines - 1), $"{Short(lines[MostLines - 1])} …"];
    }

    private static void WriteModule(StringBuilder text, DrawnModule module, double x, double y, double width, double height)
    {
        // Of a module that stands for several the others show behind it.
        for (int behind = Math.Min(2, module.Count - 1); behind > 0; behind--)
            WriteBox(text, "behind", x + (behind * 4), y + (behind * 4), width, height, 8);
        WriteBox(text, "module", x, y, width, height, 8);
        text.AppendLine($"<text class=\"name\" x=\"{Number(x + 8)}\" y=\"{Number(y + 14)}\">{XmlText.Escape(Short(module.Label))}</text>");
    }

    private static void WriteNode(StringBuilder text, Drawing drawing, int node, double x, double y)
    {
        var lines = LinesOf(drawing, node);
        double width = BoxWidth(lines), height = (lines.Count * LineHeight) + 9;
        string[] all = [drawing[node].Title, .. drawing.DetailsOf(node), .. drawing.FaultsOf(node)];
        text.AppendLine($"<g><title>{XmlText.Escape(string.Join('\n', all))}</title>");
        bool isFault = lines.Any(line => line.Class == "what");
        string kind = drawing[node].Kind is ViewNodeKind.Operator ? "" : $" {drawing[node].Kind.Word()}";
        WriteBox(text, $"node{kind}{(isFault ? " fault" : "")}", x - (width / 2), y, width, height, drawing[node].Kind is ViewNodeKind.Input or ViewNodeKind.Output ? height / 2 : 4);
        for (int i = 0; i < lines.Count; i++)
        {
            string style = lines[i].Class.Length == 0 ? "" : $" class=\"{lines[i].Class}\"";
            text.AppendLine($"<text{style} x=\"{Number(x)}\" y=\"{Number(y + 14 + (i * LineHeight))}\">{XmlText.Escape(lines[i].Text)}</text>");
        }

        if (TypeOf(drawing, node) is { Length: > 0 } type)
            text.AppendLine($"<text class=\"type\" x=\"{Number(x)}\" y=\"{Number(y + height + 11)}\">{XmlText.Escape(type)}</text>");
        text.AppendLine("</g>");
    }

    private static void WriteBox(StringBuilder text, string style, double x, double y, double width, double height, double radius) =>
        text.AppendLine($"<rect class=\"{style}\" x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\" rx=\"{Number(radius)}\"/>");

    /// <summary>A line that leaves and reaches each point straight down.</summary>
    private static void WriteWire(StringBuilder text, IReadOnlyList<(double X, double Y)> points, bool isLast)
    {
        text.Append("<path class=\"edge\" d=\"");
        WritePoint(text, 'M', points[0].X, points[0].Y);
        for (int i = 1; i < points.Count; i++)
        {
            double middle = (points[i - 1].Y + points[i].Y) / 2;
            if (points[i - 1].X == points[i].X)
            {
                WriteNumber(text.Append('V'), points[i].Y);
                continue;
            }

            WritePoint(text, 'C', points[i - 1].X, middle);
            WritePoint(text, ' ', points[i].X, middle);
            WritePoint(text, ' ', points[i].X, points[i].Y);
        }

        text.AppendLine($"\"{(isLast ? " marker-end=\"url(#head)\"" : "")}/>");
    }

    private static void WritePoint(StringBuilder text, char before, double x, double y)
    {
        WriteNumber(text.Append(before), x);
        WriteNumber(text.Append(' '), y);
    }

    // As Number writes it. Most of a picture are numbers of its edges.
    private static void WriteNumber(StringBuilder text, double number)
    {
        // 75.75 that came out as 75.7499999999999 is 75.8.
        long tenths = (long)Math.Round(Math.Round(number * 10, 7), MidpointRounding.AwayFromZero);
        if (tenths < 0)
            text.Append('-');
        tenths = Math.Abs(tenths);
        text.Append(tenths / 10);
        if (tenths % 10 != 0)
            text.Append('.').Append((char)('0' + (tenths % 10)));
    }

    private static string Number(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
