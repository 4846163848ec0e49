namespace Evergraph.Graph.Text;

/// <summary>Reads back what <see cref="TensorType.ToString"/> writes, such as <c>float32[s0, 64]</c>.</summary>
internal static class TensorTypeText
{
    /// <summary>Takes a type off a line.</summary>
    public static TensorType Take(LineCursor line, Func<string, Symbol?> symbol)
    {
        string name = line.TakeUntil('[');
        if (!DTypes.TryParse(name, out var dtype))
            throw line.Fault($"expected an element type, given '{name}'");
        line.Take("[");
        string sizes = line.TakeUntil(']');
        line.Take("]");
        if (sizes.Length == 0)
            return new(dtype, []);
        var items = new LineCursor(sizes, 0);
        var dims = new List<Dim>();
        while (!items.AtEnd)
        {
            dims.Add(DimText.Parse(items.TakeUntil(','), symbol));
            items.TryTake(",");
        }

        return new(dtype, [.. dims]);
    }
}
