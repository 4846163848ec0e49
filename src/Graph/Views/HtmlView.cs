using System.Globalization;
using System.Text;

namespace Evergraph.Graph.Views;

/// <summary>Writes a view as one HTML page that needs no network: the built page of src/Viewer with the document inside.</summary>
public static class HtmlView
{
    /// <summary>Where the built page has room for the document.</summary>
    public const string Marker = "<script type=\"application/json\" id=\"graph\"></script>";

    private const string Resource = "viewer.html";

    /// <summary>The page.</summary>
    /// <exception cref="EvergraphException">This build has no page, because it was made without Node.js.</exception>
    public static string Write(GraphView view) => Write(view, Page());

    /// <summary>A page of one's own, with the document where the marker is; no text in it can end the script.</summary>
    /// <exception cref="EvergraphException">The page has not exactly one marker.</exception>
    public static string Write(GraphView view, string page) => Insert(page, ViewJson.Write(view));

    private static string Insert(string page, string document)
    {
        int at = page.IndexOf(Marker, StringComparison.Ordinal);
        if (at < 0 || page.IndexOf(Marker, at + 1, StringComparison.Ordinal) >= 0)
            throw new EvergraphException($"the page: expected one '{Marker}', given {(at < 0 ? "none" : "several")}; build src/Viewer again, or name a page that has it");
        int room = at + Marker.Length - "</script>".Length;
        var text = new StringBuilder(page.Length + document.Length + (document.Length / 8));
        text.Append(page, 0, room);
        // In JSON these stand in strings only, where an escape means the same. The separators end lines in old scripts.
        var rest = document.AsSpan();
        for (int next; (next = rest.IndexOfAny('<', '\u2028', '\u2029')) >= 0; rest = rest[(next + 1)..])
            text.Append(rest[..next]).Append(CultureInfo.InvariantCulture, $"\\u{(int)rest[next]:x4}");
        text.Append(rest);
        return text.Append(page, room, page.Length - room).ToString();
    }

    private static string Page()
    {
        using var stream = typeof(HtmlView).Assembly.GetManifestResourceStream(Resource) ?? throw new EvergraphException(
            "this build of Evergraph has no page for .html: expected the built page of src/Viewer, given a build without Node.js; "
            + "install Node.js and build again, or write .svg, .dot, .mmd or .json");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
