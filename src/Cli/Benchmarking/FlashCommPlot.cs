using System.Globalization;
using System.Text;
using Evergraph.Runtime.Cuda;

namespace Evergraph.Cli.Benchmarking;

/// <summary>Draws time against tokens, both on logarithmic scales, one panel a layer.</summary>
internal static class FlashCommPlot
{
    private const int Width = 360, Height = 280, Margin = 52, Columns = 4;

    private static readonly (string Name, string Colour, string Dash, Func<FlashCommTiming, double> Of)[] Lines =
    [
        ("product", "#94a3b8", "", row => row.Product),
        ("communication", "#f59e0b", "", row => row.Communication),
        ("one after the other", "#dc2626", "", row => row.OneAfterTheOther),
        ("operator", "#15803d", "", row => row.Operator),
        ("limit", "#0f172a", "4 3", row => row.Limit),
    ];

    /// <summary>The picture as SVG.</summary>
    public static string Draw(IReadOnlyList<FlashCommTiming> timings, int ranks)
    {
        var panels = timings.GroupBy(row => row.Layer).ToList();
        int rows = (panels.Count + Columns - 1) / Columns, width = Math.Min(panels.Count, Columns) * Width;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {(rows * Height) + 40}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<text x=\"{Margin}\" y=\"18\" font-size=\"13\">{ranks} GPUs, microseconds against tokens</text>\n");
        for (int i = 0; i < Lines.Length; i++)
        {
            int x = Margin + 230 + (i * 130);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x}\" y1=\"14\" x2=\"{x + 20}\" y2=\"14\" stroke=\"{Lines[i].Colour}\" stroke-width=\"2\" stroke-dasharray=\"{Lines[i].Dash}\"/><text x=\"{x + 25}\" y=\"18\">{Lines[i].Name}</text>\n");
        }

        for (int i = 0; i < panels.Count; i++)
            Panel(svg, [.. panels[i]], i % Columns * Width, 30 + (i / Columns * Height));
        return svg.Append("</svg>\n").ToString();
    }

    private static void Panel(StringBuilder svg, FlashCommTiming[] rows, int left, int top)
    {
        double firstX = Math.Log2(rows.Min(row => row.Tokens)), lastX = Math.Max(Math.Log2(rows.Max(row => row.Tokens)), firstX + 1);
        var times = rows.SelectMany(row => Lines.Select(line => line.Of(row))).Where(time => time > 0).ToList();
        double firstY = Math.Floor(Math.Log10(times.Min())), lastY = Math.Max(Math.Ceiling(Math.Log10(times.Max())), firstY + 1);
        double X(double tokens) => left + Margin + ((Math.Log2(tokens) - firstX) / (lastX - firstX) * (Width - Margin - 20));
        double Y(double time) => top + Height - 40 - ((Math.Log10(Math.Max(time, Math.Pow(10, firstY))) - firstY) / (lastY - firstY) * (Height - 70));

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{left + Margin}\" y=\"{top + 18}\" font-weight=\"bold\">{FlashCommTable.NameOf(rows[0].Layer)}{(rows[0].Layer.IsQuantized ? ", w8a8" : "")}</text>\n");
        for (double power = firstY; power <= lastY; power++)
        {
            double y = Y(Math.Pow(10, power));
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{left + Margin}\" y1=\"{y:0.0}\" x2=\"{left + Width - 20}\" y2=\"{y:0.0}\" stroke=\"#e2e8f0\"/><text x=\"{left + Margin - 6}\" y=\"{y + 4:0.0}\" text-anchor=\"end\">{Math.Pow(10, power):0}</text>\n");
        }

        foreach (var row in rows)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(row.Tokens):0.0}\" y=\"{top + Height - 24}\" text-anchor=\"middle\" font-size=\"9\">{row.Tokens}</text>\n");
        foreach (var (_, colour, dash, of) in Lines)
        {
            string points = string.Join(" ", rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{X(row.Tokens):0.0},{Y(of(row)):0.0}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>\n");
        }
    }
}
