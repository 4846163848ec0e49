namespace Evergraph.Graph.Views.Layout;

/// <summary>Puts vertices on layers: below everything they read, by the longest path. Linear in vertices and wires.</summary>
internal static class LayerAssignment
{
    // Longer edges go straight: a graph whose every node reads the first would need as many bends as pairs of nodes.
    private const int MostBendsOfWire = 48;
    private const int MostBendsOfVertex = 6;
    private const double BendWidth = 8;

    /// <summary>The layers. Wires get their bends, vertices their links.</summary>
    public static List<Vertex>[] Assign(IReadOnlyList<Vertex> vertices, IReadOnlyList<Wire> wires)
    {
        var outgoing = Outgoing(vertices, wires);
        ReverseCycles(vertices, outgoing);
        Rank(vertices, wires);
        int layers = vertices.Count == 0 ? 0 : vertices.Max(vertex => vertex.Rank) + 1;
        var result = new List<Vertex>[layers];
        for (int i = 0; i < layers; i++)
            result[i] = [];
        foreach (var vertex in vertices)
            result[vertex.Rank].Add(vertex);
        Connect(wires, result);
        return result;
    }

    private static Dictionary<Vertex, List<Wire>> Outgoing(IReadOnlyList<Vertex> vertices, IReadOnlyList<Wire> wires)
    {
        var outgoing = vertices.ToDictionary(vertex => vertex, _ => new List<Wire>());
        foreach (var wire in wires)
            outgoing[wire.From].Add(wire);
        return outgoing;
    }

    /// <summary>Depth first, and without recursion: graphs may be thousands of nodes deep.</summary>
    private static void ReverseCycles(IReadOnlyList<Vertex> vertices, Dictionary<Vertex, List<Wire>> outgoing)
    {
        var open = new HashSet<Vertex>();
        var done = new HashSet<Vertex>();
        var stack = new Stack<(Vertex Vertex, int Next)>();
        foreach (var root in vertices)
        {
            if (!done.Contains(root) && open.Add(root))
                stack.Push((root, 0));
            while (stack.TryPop(out var top))
            {
                var wires = outgoing[top.Vertex];
                if (top.Next == wires.Count)
                {
                    open.Remove(top.Vertex);
                    done.Add(top.Vertex);
                    continue;
                }

                stack.Push((top.Vertex, top.Next + 1));
                var wire = wires[top.Next];
                if (open.Contains(wire.To))
                    wire.IsReversed = true;
                else if (!done.Contains(wire.To) && open.Add(wire.To))
                    stack.Push((wire.To, 0));
            }
        }
    }

    private static void Rank(IReadOnlyList<Vertex> vertices, IReadOnlyList<Wire> wires)
    {
        var waiting = vertices.ToDictionary(vertex => vertex, _ => 0);
        var below = vertices.ToDictionary(vertex => vertex, _ => new List<Vertex>());
        foreach (var wire in wires)
        {
            var (upper, lower) = Ends(wire);
            if (ReferenceEquals(upper, lower))
                continue;
            below[upper].Add(lower);
            waiting[lower]++;
        }

        int first = vertices.Any(vertex => vertex.Border == Border.Top) ? 1 : 0;
        var sources = vertices.Where(vertex => waiting[vertex] == 0).ToList();
        var ready = new Queue<Vertex>(sources);
        foreach (var vertex in vertices)
            vertex.Rank = vertex.Border == Border.Top ? 0 : first;
        while (ready.TryDequeue(out var vertex))
        {
            foreach (var lower in below[vertex])
            {
                lower.Rank = Math.Max(lower.Rank, vertex.Rank + 1);
                if (--waiting[lower] == 0)
                    ready.Enqueue(lower);
            }
        }

        int last = vertices.Where(vertex => vertex.Border != Border.Bottom).Select(vertex => vertex.Rank).DefaultIfEmpty(0).Max();
        foreach (var vertex in vertices.Where(vertex => vertex.Border == Border.Bottom))
            vertex.Rank = last + 1;

        // A weight stands just above what reads it, not at the top.
        foreach (var source in sources.Where(source => source.Border == Border.None && below[source].Count > 0))
            source.Rank = below[source].Min(vertex => vertex.Rank) - 1;
    }

    private static void Connect(IReadOnlyList<Wire> wires, List<Vertex>[] layers)
    {
        int longest = LongestBent(wires, layers.Sum(layer => layer.Count));

        // Wires of one value share their way down.
        var bends = new Dictionary<(Vertex, double, int Source, int Rank), Vertex>();
        foreach (var wire in wires)
        {
            var (upper, lower) = Ends(wire);
            var (above, offset) = (upper, wire.IsReversed ? wire.ToOffset : wire.FromOffset);
            int span = lower.Rank - upper.Rank;
            if (span < 1)
                continue;
            for (int rank = upper.Rank + 1; span <= longest && rank < lower.Rank; rank++)
            {
                var key = (upper, wire.IsReversed ? wire.ToOffset : wire.FromOffset, wire.Source, rank);
                if (!bends.TryGetValue(key, out var bend))
                {
                    bends.Add(key, bend = new(BendWidth, 0) { Rank = rank, IsBend = true });
                    layers[rank].Add(bend);
                    Join(new(above, offset, bend, 0));
                }

                wire.Way.Add(bend);
                (above, offset) = (bend, 0);
            }

            Join(new(above, offset, lower, wire.IsReversed ? wire.FromOffset : wire.ToOffset));
        }
    }

    /// <summary>How many layers a wire may cross and still get bends, so that there are not many more bends than vertices.</summary>
    private static int LongestBent(IReadOnlyList<Wire> wires, int vertices)
    {
        var ofSpan = new long[MostBendsOfWire + 1];
        foreach (var wire in wires)
        {
            if (Math.Abs(wire.To.Rank - wire.From.Rank) is var span and > 1 and <= MostBendsOfWire)
                ofSpan[span] += span - 1;
        }

        long bends = 0;
        int longest = 1;
        while (longest < MostBendsOfWire && (bends += ofSpan[longest + 1]) <= 1000 + ((long)MostBendsOfVertex * vertices))
            longest++;
        return longest;
    }

    private static (Vertex Upper, Vertex Lower) Ends(Wire wire) => wire.IsReversed ? (wire.To, wire.From) : (wire.From, wire.To);

    private static void Join(Link link)
    {
        link.Upper.Lower.Add(link);
        link.Lower.Upper.Add(link);
    }
}
