namespace Evergraph.CustomOps.Aten;

/// <summary>Orders of axes: axis i of the result is axis orderᵢ of the operand. A tensor of rank 0 has none.</summary>
internal static class Permutation
{
    public static Shape Apply(ReadOnlySpan<int> order, Shape shape)
    {
        var sizes = new Dim[order.Length];
        for (int i = 0; i < sizes.Length; i++)
            sizes[i] = shape[order[i]];
        return Shape.Create(sizes);
    }

    public static int[] Swap(long dim0, long dim1, int rank)
    {
        int first = Axes.NormalizeOrScalar(dim0, rank);
        int second = Axes.NormalizeOrScalar(dim1, rank);
        int[] order = [.. Enumerable.Range(0, rank)];
        if (rank > 0)
            (order[first], order[second]) = (order[second], order[first]);
        return order;
    }

    public static int[] Move(ReadOnlySpan<long> source, ReadOnlySpan<long> destination, int rank)
    {
        int[] from = Axes.NormalizeAll(source, rank);
        int[] to = Axes.NormalizeAll(destination, rank);
        if (rank == 0)
            return [];
        var order = new int[rank];
        Array.Fill(order, -1);
        for (int i = 0; i < from.Length; i++)
            order[to[i]] = from[i];
        int place = 0;
        foreach (int axis in Enumerable.Range(0, rank).Except(from))
        {
            while (order[place] >= 0)
                place++;
            order[place] = axis;
        }

        return order;
    }

    public static AxisSplit? Split(AxisQuery query, ReadOnlySpan<int> order) => query.Carried(order.IndexOf(query.Axis));
}
