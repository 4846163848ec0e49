namespace Evergraph.Graph.Views.Layout;

/// <summary>
/// Gives vertices their places: layers below each other, and on each layer as near to what they are linked with as their order and their
/// widths allow, by least squares. Linear in vertices and links.
/// </summary>
internal static class CoordinateAssignment
{
    private const int Sweeps = 8;
    private const double Between = 14;
    private const double BorderGap = 16;

    // Long edges shall be straight.
    private const double BendWeight = 6;

    /// <summary>Places all vertices and returns the size of the whole.</summary>
    /// <param name="layers">The layers, sorted.</param>
    /// <param name="gap">Between two layers.</param>
    public static (double Width, double Height) Place(List<Vertex>[] layers, double gap)
    {
        double y = 0;
        for (int i = 0; i < layers.Length; i++)
        {
            var layer = layers[i];
            double height = layer.Select(vertex => vertex.Height).DefaultIfEmpty(0).Max(), x = 0;
            foreach (var vertex in layer)
            {
                vertex.PlaceOn(y, height);
                vertex.X = x + (vertex.Width / 2);
                x += vertex.Width + Between;
            }

            y += height;
            if (i + 1 < layers.Length)
                y += IsBorder(layer) || IsBorder(layers[i + 1]) ? BorderGap : gap;
        }

        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int i = 0; i < layers.Length; i++)
                Align(layers[sweep % 2 == 0 ? i : layers.Length - 1 - i], upper: sweep % 2 == 0 || sweep == Sweeps - 1, lower: sweep % 2 == 1);
        }

        double left = double.MaxValue, right = double.MinValue;
        foreach (var vertex in layers.SelectMany(layer => layer))
            (left, right) = (Math.Min(left, vertex.X - (vertex.Width / 2)), Math.Max(right, vertex.X + (vertex.Width / 2)));
        foreach (var vertex in layers.SelectMany(layer => layer))
            vertex.X -= left;
        return layers.Length == 0 ? (0, 0) : (right - left, y);
    }

    private static bool IsBorder(List<Vertex> layer) => layer.TrueForAll(vertex => vertex.Border != Border.None || vertex.IsBend);

    /// <summary>
    /// Moves a layer's vertices to where they are wanted, keeping order and distance: without the distances it is isotonic regression, which
    /// pooling adjacent violators solves in one pass.
    /// </summary>
    private static void Align(List<Vertex> layer, bool upper, bool lower)
    {
        var pools = new List<(double Sum, double Weight, int Count)>(layer.Count);
        double shift = 0;
        for (int i = 0; i < layer.Count; i++)
        {
            shift += i == 0 ? 0 : ((layer[i - 1].Width + layer[i].Width) / 2) + Between;
            var (wanted, weight) = Wanted(layer[i], upper, lower);
            var pool = (Sum: (wanted - shift) * weight, Weight: weight, Count: 1);
            while (pools.Count > 0 && pools[^1].Sum / pools[^1].Weight > pool.Sum / pool.Weight)
            {
                pool = (pool.Sum + pools[^1].Sum, pool.Weight + pools[^1].Weight, pool.Count + pools[^1].Count);
                pools.RemoveAt(pools.Count - 1);
            }

            pools.Add(pool);
        }

        shift = 0;
        int next = 0;
        foreach (var (sum, weight, count) in pools)
        {
            for (int i = 0; i < count; i++, next++)
            {
                shift += next == 0 ? 0 : ((layer[next - 1].Width + layer[next].Width) / 2) + Between;
                layer[next].X = (sum / weight) + shift;
            }
        }
    }

    private static (double X, double Weight) Wanted(Vertex vertex, bool upper, bool lower)
    {
        double sum = 0;
        int count = 0;
        if (upper)
        {
            foreach (var link in vertex.Upper)
                sum += link.Upper.X + link.UpperOffset - link.LowerOffset;
            count += vertex.Upper.Count;
        }

        if (lower)
        {
            foreach (var link in vertex.Lower)
                sum += link.Lower.X + link.LowerOffset - link.UpperOffset;
            count += vertex.Lower.Count;
        }

        // What is linked with nothing on that side stays where it is, unless others need the room.
        return count == 0 ? (vertex.X, 0.1) : (sum / count, vertex.IsBend ? BendWeight : 1);
    }
}
