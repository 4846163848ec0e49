namespace Evergraph.Graph.Views.Layout;

/// <summary>Orders each layer so that few edges cross: sweeps down and up, each vertex to the barycentre of those it is linked with.</summary>
/// <remarks>Sugiyama, Tagawa, Toda (1981). A sweep is sorting; there is a fixed number of them.</remarks>
internal static class CrossingReduction
{
    private const int Sweeps = 6;
    private static readonly Comparer<Vertex> InOrder = Comparer<Vertex>.Create(static (a, b) => a.Order.CompareTo(b.Order));

    /// <summary>Sorts the layers and numbers their vertices.</summary>
    public static void Sort(List<Vertex>[] layers)
    {
        foreach (var layer in layers)
            Number(layer);
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            bool down = sweep % 2 == 0;
            for (int i = 1; i < layers.Length; i++)
                SortLayer(layers[down ? i : layers.Length - 1 - i], down);
        }
    }

    private static void SortLayer(List<Vertex> layer, bool down)
    {
        if (layer.Count < 2)
            return;
        double[] keys = new double[layer.Count];
        bool isSorted = true;
        for (int i = 0; i < keys.Length; i++)
        {
            var vertex = layer[i];
            var links = down ? vertex.Upper : vertex.Lower;
            double sum = 0;
            foreach (var link in links)
                sum += Place(down ? link.Upper : link.Lower, down ? link.UpperOffset : link.LowerOffset);
            keys[i] = links.Count == 0 ? vertex.Order : sum / links.Count;
            isSorted &= i == 0 || keys[i - 1] <= keys[i];
        }

        if (isSorted)
            return;
        var vertices = layer.ToArray();
        Array.Sort(keys, vertices);

        // The sort must keep the order of equals, or the picture would depend on the machine.
        for (int from = 0, to; from < keys.Length; from = to)
        {
            to = from + 1;
            while (to < keys.Length && keys[to] == keys[from])
                to++;
            if (to - from > 1)
                Array.Sort(vertices, from, to - from, InOrder);
        }

        for (int i = 0; i < vertices.Length; i++)
            layer[i] = vertices[i];
        Number(layer);
    }

    // A link that begins left of another on the same box counts as further left.
    private static double Place(Vertex vertex, double offset) => vertex.Order + (vertex.Width > 0 ? offset / vertex.Width : 0);

    private static void Number(List<Vertex> layer)
    {
        for (int i = 0; i < layer.Count; i++)
            layer[i].Order = i;
    }
}
