namespace Evergraph.CustomOps.Aten;

/// <summary>Orders the elements of each line along an axis. NaN is the greatest; equal elements keep their order.</summary>
internal static class Sorting
{
    // Up to this many, insertion into the best so far beats sorting the line.
    private const int FewBest = 64;

    /// <summary>
    /// For each line along the axis the places of its first <paramref name="count"/> elements in order, as [outer, count, inner].
    /// </summary>
    public static void Order(Tensor self, AxisBlock block, long count, bool descending, Span<long> places)
    {
        if (block.Outer * block.Inner == 0 || block.Size == 0)
            return;
        var keys = Scratch.As(self, Scratch.Wide(self.DType));
        switch (keys.DType)
        {
            case DType.Float32:
                Order<float>(keys.ReadOnlySpan<float>(), block, (int)count, descending, places);
                break;
            case DType.Float64:
                Order<double>(keys.ReadOnlySpan<double>(), block, (int)count, descending, places);
                break;
            default:
                Order<long>(keys.ReadOnlySpan<long>(), block, (int)count, descending, places);
                break;
        }
    }

    /// <summary>The elements at places along the axis: [outer, count, inner].</summary>
    public static void Take(Tensor self, AxisBlock block, ReadOnlySpan<long> places, Tensor result)
    {
        long count = block.Outer * block.Inner == 0 ? 0 : places.Length / (block.Outer * block.Inner);
        var flat = new long[places.Length];
        int next = 0;
        for (long o = 0; o < block.Outer; o++)
        {
            for (long k = 0; k < count; k++)
            {
                for (long i = 0; i < block.Inner; i++, next++)
                    flat[next] = (((o * block.Size) + places[next]) * block.Inner) + i;
            }
        }

        Rows.Gather(self, result, new(1, self.Elements, 1), flat);
    }

    private static void Order<T>(ReadOnlySpan<T> keys, AxisBlock block, int count, bool descending, Span<long> places)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        int size = (int)block.Size;
        int inner = (int)block.Inner;
        var line = new T[size];
        var order = new int[size];
        var comparer = new LineComparer<T>(line, descending);
        for (int o = 0; o < block.Outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                for (int a = 0; a < size; a++)
                    line[a] = keys[(((o * size) + a) * inner) + i];
                if (count <= FewBest)
                    SelectBest(order.AsSpan(0, count), size, comparer);
                else
                    SortAll(order, comparer);
                for (int k = 0; k < count; k++)
                    places[(((o * count) + k) * inner) + i] = order[k];
            }
        }
    }

    private static void SortAll<T>(Span<int> order, LineComparer<T> comparer)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        for (int a = 0; a < order.Length; a++)
            order[a] = a;
        order.Sort(comparer);
    }

    private static void SelectBest<T>(Span<int> best, int size, LineComparer<T> comparer)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        int filled = 0;
        for (int a = 0; a < size && best.Length > 0; a++)
        {
            if (filled == best.Length && comparer.Compare(a, best[^1]) > 0)
                continue;
            int place = filled == best.Length ? filled - 1 : filled++;
            for (; place > 0 && comparer.Compare(a, best[place - 1]) < 0; place--)
                best[place] = best[place - 1];
            best[place] = a;
        }
    }

    private readonly struct LineComparer<T>(T[] line, bool descending) : IComparer<int>
        where T : unmanaged, System.Numerics.INumber<T>
    {
        public int Compare(int x, int y)
        {
            int order = Compare(line[x], line[y]);
            return order == 0 ? x.CompareTo(y) : descending ? -order : order;
        }

        private static int Compare(T x, T y)
        {
            if (x < y)
                return -1;
            return x > y ? 1 : T.IsNaN(x).CompareTo(T.IsNaN(y));
        }
    }
}
