namespace Evergraph.Graph.Views.Layout;

/// <summary>A module as a box: what is inside is laid out by itself, then the box is one vertex of the module around it.</summary>
/// <remarks>An edge that leaves a box crosses its lower border at one place for each value, and comes in at the upper border likewise.</remarks>
internal sealed class ModuleBox(DrawnModule module, ModuleBox? parent)
{
    private const double Gap = 34;
    private readonly List<Vertex> _vertices = [];
    private readonly List<Wire> _wires = [];
    private readonly Dictionary<int, Vertex> _entries = [];
    private readonly Dictionary<int, Vertex> _exits = [];
    private readonly HashSet<(object From, object To, int Source)> _planned = [];
    private readonly List<(object From, object To, int Source)> _plan = [];

    /// <summary>From the border to what is inside.</summary>
    public const double Padding = 14;

    /// <summary>The height of the label.</summary>
    public const double Header = 20;

    public DrawnModule Module { get; } = module;

    public ModuleBox? Parent { get; } = parent;

    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    /// <summary>The vertex in the module around it, once this box is arranged.</summary>
    public Vertex Vertex { get; private set; } = new(0, 0);

    /// <summary>Where the inside begins on the picture.</summary>
    public (double X, double Y) Origin { get; private set; }

    /// <summary>The edges inside, as far as they go there.</summary>
    public IReadOnlyList<Wire> Wires => _wires;

    /// <summary>Plans an edge inside: its ends are nodes' vertices, boxes, or this box itself for its border.</summary>
    public void Plan(object from, object to, int source)
    {
        if (_planned.Add((from, to, source)))
            _plan.Add((from, to, source));
    }

    /// <summary>Arranges what is inside; inner boxes must be arranged.</summary>
    /// <param name="nodes">The vertices of the nodes directly inside.</param>
    /// <param name="inner">The boxes directly inside.</param>
    /// <param name="labelWidth">How wide the label is.</param>
    public void Arrange(IEnumerable<Vertex> nodes, IEnumerable<ModuleBox> inner, double labelWidth)
    {
        _vertices.AddRange(nodes);
        _vertices.AddRange(inner.Select(box => box.Vertex));
        foreach (var (from, to, source) in _plan)
        {
            var (start, startOffset) = End(from, source, isStart: true);
            var (end, endOffset) = End(to, source, isStart: false);
            _wires.Add(new(source, start, startOffset, end, endOffset));
        }

        var layers = LayerAssignment.Assign(_vertices, _wires);
        CrossingReduction.Sort(layers);
        var (width, height) = CoordinateAssignment.Place(layers, Gap);
        if (Parent is null)
            return;
        double whole = Math.Max(width, labelWidth);
        foreach (var vertex in layers.SelectMany(layer => layer))
            vertex.X += (whole - width) / 2;
        Vertex = new(whole + (2 * Padding), height + (2 * Padding) + Header);
    }

    /// <summary>Sets where the inside begins; from the outermost box inwards.</summary>
    public void MoveTo()
    {
        if (Parent is null)
            Origin = (Padding, Padding);
        else
            Origin = (Parent.Origin.X + Vertex.X - (Vertex.Width / 2) + Padding, Parent.Origin.Y + Vertex.Y + Header + Padding);
    }

    /// <summary>The points of an edge, on the picture.</summary>
    public IReadOnlyList<(double X, double Y)> Points(Wire wire)
    {
        var points = new List<(double, double)>(wire.Way.Count + 2) { Point(wire.From, wire.FromOffset, isBottom: true) };
        for (int i = 0; i < wire.Way.Count; i++)
        {
            var bend = wire.Way[wire.IsReversed ? wire.Way.Count - 1 - i : i];
            points.Add(Point(bend, 0, isBottom: wire.IsReversed));
            points.Add(Point(bend, 0, isBottom: !wire.IsReversed));
        }

        points.Add(Point(wire.To, wire.ToOffset, isBottom: false));
        return points;
    }

    private (double X, double Y) Point(Vertex vertex, double offset, bool isBottom)
    {
        double y = vertex.Border switch
        {
            // Borders lie outside of what was laid out.
            Border.Top => -Padding - Header,
            Border.Bottom => vertex.Y + Padding,
            _ => vertex.Y + (isBottom ? vertex.Height : 0),
        };
        return (Origin.X + vertex.X + offset, Origin.Y + y);
    }

    private (Vertex Vertex, double Offset) End(object end, int source, bool isStart)
    {
        if (end is Vertex node)
            return (node, 0);
        if (ReferenceEquals(end, this))
        {
            var borders = isStart ? _entries : _exits;
            if (!borders.TryGetValue(source, out var border))
            {
                borders.Add(source, border = new(2, 0) { Border = isStart ? Border.Top : Border.Bottom });
                _vertices.Add(border);
            }

            return (border, 0);
        }

        var box = (ModuleBox)end;
        var crossing = (isStart ? box._exits : box._entries)[source];
        return (box.Vertex, Padding + crossing.X - (box.Vertex.Width / 2));
    }
}
