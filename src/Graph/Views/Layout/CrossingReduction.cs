namespace Evergraph.Graph.Views.Layout;

/// <summary>Orders each layer so that few edges cross: sweeps down and up, each vertex to the barycentre of those it is linked with.</summary>
/// <remarks>Sugiyama, Tagawa, Toda (1981). A sweep is sorting; there is a fixed number of them.</remarks>
internal static class CrossingReduction
{
    private const int Sweeps = 6;

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
        var keys = new (double Key, Vertex Vertex)[layer.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            var vertex = layer[i];
            var links = down ? vertex.Upper : vertex.Lower;
            double sum = 0;
            foreach (var link in links)
                sum += Place(down ? link.Upper : link.Lower, down ? link.UpperOffset : link.LowerOffset);
            keys[i] = (links.Count == 0 ? vertex.Order : sum / links.Count, vertex);
        }

        // The sort must keep the order of equals, or the picture would depend on the machine.
        Array.Sort(keys, static (a, b) => a.Key.CompareTo(b.Key) is var order and not 0 ? order : a.Vertex.Order.CompareTo(b.Vertex.Order));
        for (int i = 0; i < keys.Length; i++)
            layer[i] = keys[i].Vertex;
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
