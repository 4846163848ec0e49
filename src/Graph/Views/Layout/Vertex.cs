namespace Evergraph.Graph.Views.Layout;

/// <summary>What is placed on a layer: a node, a box, a place where edges cross a box's border, or where a long edge passes.</summary>
internal sealed class Vertex(double width, double height)
{
    public double Width { get; } = width;

    public double Height { get; private set; } = height;

    /// <summary>The layer, counted from the top.</summary>
    public int Rank { get; set; }

    /// <summary>The place on its layer.</summary>
    public int Order { get; set; }

    /// <summary>The centre.</summary>
    public double X { get; set; }

    /// <summary>The top.</summary>
    public double Y { get; set; }

    /// <summary>Whether it is only where a long edge passes.</summary>
    public bool IsBend { get; init; }

    /// <summary>Whether it stands on the first or the last layer, whatever it is linked with.</summary>
    public Border Border { get; init; }

    /// <summary>Stands on a layer: an edge passes straight through it, since the boxes beside it may be tall; all else is centred.</summary>
    public void PlaceOn(double top, double height)
    {
        if (IsBend)
            Height = height;
        Y = top + ((height - Height) / 2);
    }

    /// <summary>Links from layers above.</summary>
    public List<Link> Upper { get; } = [];

    /// <summary>Links to layers below.</summary>
    public List<Link> Lower { get; } = [];
}

/// <summary>The border of a box that a vertex stands on.</summary>
internal enum Border
{
    /// <summary>None.</summary>
    None,

    /// <summary>Where values come in.</summary>
    Top,

    /// <summary>Where they go out.</summary>
    Bottom,
}

/// <summary>A link between two vertices, from the upper layer to the lower.</summary>
/// <param name="Upper">The vertex above.</param>
/// <param name="UpperOffset">Where it begins, from the vertex's centre.</param>
/// <param name="Lower">The vertex below.</param>
/// <param name="LowerOffset">Where it ends, from the vertex's centre.</param>
internal sealed record Link(Vertex Upper, double UpperOffset, Vertex Lower, double LowerOffset);

/// <summary>An edge as far as it goes inside one module.</summary>
/// <param name="source">The node whose result it carries.</param>
/// <param name="from">Where it comes from.</param>
/// <param name="fromOffset">Where it begins, from that vertex's centre.</param>
/// <param name="to">Where it goes.</param>
/// <param name="toOffset">Where it ends, from that vertex's centre.</param>
internal sealed class Wire(int source, Vertex from, double fromOffset, Vertex to, double toOffset)
{
    public int Source { get; } = source;

    public Vertex From { get; } = from;

    public double FromOffset { get; } = fromOffset;

    public Vertex To { get; } = to;

    public double ToOffset { get; } = toOffset;

    /// <summary>Whether it closes a cycle and so runs from below to above.</summary>
    public bool IsReversed { get; set; }

    /// <summary>Where it passes between its ends, from above to below.</summary>
    public List<Vertex> Way { get; } = [];
}
