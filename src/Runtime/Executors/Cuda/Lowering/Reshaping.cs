using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>
/// Places of elements under other sizes. Both shapes are cut into groups of axes with the same number of elements, and each group is counted
/// alone: an axis that stays keeps its place as it is, so that nothing has to be proven about it.
/// </summary>
internal static class Reshaping
{
    /// <summary>The place in <paramref name="from"/> of the element that lies at a place in <paramref name="to"/>, in row-major order.</summary>
    public static Dim[] Places(Shape from, Shape to, ReadOnlySpan<Dim> index)
    {
        var places = new Dim[from.Rank];
        for (int start = 0, toStart = 0; start < from.Rank || toStart < to.Rank;)
        {
            var (end, toEnd) = Group(from, start, to, toStart);
            Shape group = [.. from.AsSpan()[start..end]], toGroup = [.. to.AsSpan()[toStart..toEnd]];
            if (group == toGroup)
                index[toStart..toEnd].CopyTo(places.AsSpan(start));
            else
                ElementScope.Unravel(group, ElementScope.Ravel(toGroup, index[toStart..toEnd])).CopyTo(places, start);
            (start, toStart) = (end, toEnd);
        }

        return places;
    }

    /// <summary>The ends of the shortest groups of the same number of elements; all that is left where there are none.</summary>
    private static (int End, int ToEnd) Group(Shape from, int start, Shape to, int toStart)
    {
        Dim elements = 1;
        for (int end = start; end < from.Rank; end++)
        {
            elements *= from[end];
            Dim toElements = 1;
            for (int toEnd = toStart; toEnd < to.Rank; toEnd++)
            {
                toElements *= to[toEnd];
                if (elements.Equals(toElements))
                    return (end + 1, toEnd + 1);
            }
        }

        return (from.Rank, to.Rank);
    }
}
