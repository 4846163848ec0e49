namespace Evergraph.Graph.Views.Layout;

/// <summary>A drawing with places: boxes in boxes, each laid out in layers from top to bottom.</summary>
internal sealed class PlacedDrawing
{
    private readonly Dictionary<int, Vertex> _vertices = [];
    private readonly Dictionary<int, ModuleBox> _boxOfNode = [];
    private readonly HashSet<Vertex> _nodeVertices = [];
    private readonly List<ModuleBox> _boxes = [];

    /// <summary>Lays a drawing out.</summary>
    /// <param name="drawing">The drawing.</param>
    /// <param name="sizeOf">The size of a node.</param>
    /// <param name="labelWidth">The width of a module's label.</param>
    public PlacedDrawing(Drawing drawing, Func<int, (double Width, double Height)> sizeOf, Func<DrawnModule, double> labelWidth)
    {
        Collect(drawing.Root, null, sizeOf);
        foreach (var edge in drawing.Edges)
            Plan(edge);

        // Inner boxes come after outer ones in the list.
        var inner = _boxes.ToLookup(box => box.Parent);
        for (int i = _boxes.Count - 1; i >= 0; i--)
            _boxes[i].Arrange(_boxes[i].Module.Nodes.Select(node => _vertices[node]), inner[_boxes[i]], labelWidth(_boxes[i].Module));
        foreach (var box in _boxes)
            box.MoveTo();
    }

    /// <summary>The modules, outer ones first; without the root, which has no border.</summary>
    public IEnumerable<(DrawnModule Module, double X, double Y, double Width, double Height)> Modules =>
        _boxes.Skip(1).Select(box => (
            box.Module,
            box.Origin.X - ModuleBox.Padding,
            box.Origin.Y - ModuleBox.Padding - ModuleBox.Header,
            box.Vertex.Width,
            box.Vertex.Height));

    /// <summary>The nodes, each with the middle of its upper edge.</summary>
    public IEnumerable<(int Node, double X, double Y)> Nodes =>
        _boxes.SelectMany(box => box.Module.Nodes.Select(node => (node, box.Origin.X + _vertices[node].X, box.Origin.Y + _vertices[node].Y)));

    /// <summary>The edges, piece by piece: the node whose result goes there, the points, and whether a node reads it at the end.</summary>
    public IEnumerable<(int Source, IReadOnlyList<(double X, double Y)> Points, bool IsLast)> Wires =>
        _boxes.SelectMany(box => box.Wires.Select(wire => (wire.Source, box.Points(wire), _nodeVertices.Contains(wire.To))));

    private void Collect(DrawnModule module, ModuleBox? parent, Func<int, (double Width, double Height)> sizeOf)
    {
        var box = new ModuleBox(module, parent);
        _boxes.Add(box);
        foreach (int node in module.Nodes)
        {
            var (width, height) = sizeOf(node);
            _vertices.Add(node, new(width, height));
            _nodeVertices.Add(_vertices[node]);
            _boxOfNode.Add(node, box);
        }

        foreach (var inner in module.Modules)
            Collect(inner, box, sizeOf);
    }

    /// <summary>Cuts an edge where it crosses borders, out of the boxes of its source and into those of its reader.</summary>
    private void Plan(DrawnEdge edge)
    {
        object from = _vertices[edge.From], to = _vertices[edge.To];
        var outer = _boxOfNode[edge.From];
        var target = _boxOfNode[edge.To];
        while (!ReferenceEquals(outer, target))
        {
            if (outer.Depth >= target.Depth)
            {
                outer.Plan(from, outer, edge.From);
                (from, outer) = (outer, outer.Parent!);
            }
            else
            {
                target.Plan(target, to, edge.From);
                (to, target) = (target, target.Parent!);
            }
        }

        outer.Plan(from, to, edge.From);
    }
}
