using System.Text;

namespace Evergraph.Graph.Views;

/// <summary>Writes a view as one HTML page that needs no network: the built page of src/Viewer with the document inside.</summary>
public static class HtmlView
{
    /// <summary>Where the built page has room for the document.</summary>
    public const string Marker = "<script type=\"application/json\" id=\"graph\"></script>";

    private const string End = "</script>";
    private const string Resource = "viewer.html";

    /// <summary>The page.</summary>
    /// <exception cref="EvergraphException">This build has no page, because it was made without Node.js.</exception>
    public static string Write(GraphView view) => Write(view, Encoding.UTF8.GetString(Page()));

    /// <summary>A page of one's own, with the document where the marker is; no text in it can end the script.</summary>
    /// <exception cref="EvergraphException">The page has not exactly one marker.</exception>
    public static string Write(GraphView view, string page)
    {
        using var stream = new MemoryStream();
        Write(view, Encoding.UTF8.GetBytes(page), () => stream);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Writes the page to a file, as UTF-8.</summary>
    /// <exception cref="EvergraphException">This build has no page, because it was made without Node.js; there is no file then.</exception>
    public static void Save(GraphView view, string path)
    {
        FileStream? file = null;
        try
        {
            Write(view, Page(), () => file = File.Create(path));
        }
        finally
        {
            file?.Dispose();
        }
    }

    private static void Write(GraphView view, byte[] page, Func<Stream> open)
    {
        byte[] marker = Encoding.UTF8.GetBytes(Marker);
        int at = page.AsSpan().IndexOf(marker);
        if (at < 0 || page.AsSpan(at + 1).IndexOf(marker) >= 0)
            throw new EvergraphException($"the page: expected one '{Marker}', given {(at < 0 ? "none" : "several")}; build src/Viewer again, or name a page that has it");
        int room = at + Marker.Length - End.Length;
        var stream = open();
        stream.Write(page.AsSpan(0, room));
        ViewJson.Write(view, new ScriptStream(stream));
        stream.Write(page.AsSpan(room));
    }

    private static byte[] Page()
    {
        using var stream = typeof(HtmlView).Assembly.GetManifestResourceStream(Resource) ?? throw new EvergraphException(
            "this build of Evergraph has no page for .html: expected the built page of src/Viewer, given a build without Node.js; "
            + "install Node.js and build again, or write .svg, .dot, .mmd or .json");
        byte[] page = new byte[stream.Length];
        stream.ReadExactly(page);
        return page;
    }
}
