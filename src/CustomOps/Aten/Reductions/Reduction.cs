using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Joins the elements along some axes. The operand is seen as [outer, reduced, inner]; where the reduced axes are not
/// neighbours they are brought together first. Joining is pairwise over blocks that are joined as vectors, so the error of
/// a float32 sum grows with the logarithm of the number of blocks.
/// </summary>
internal static class Reduction
{
    private const int RowBlock = 1024;
    private const int ColumnBlock = 16;

    /// <summary>Joins the operand's elements, all stored as <typeparamref name="T"/>, into a tensor of the kept sizes.</summary>
    public static void Into<TReduction, T>(Tensor operand, ReadOnlySpan<bool> reduced, Tensor result)
        where TReduction : IReduction<T>
        where T : unmanaged
    {
        var (arranged, block) = Arrange(operand, reduced);
        var values = MemoryMarshal.Cast<byte, T>(arranged.ReadOnlyBytes());
        var into = MemoryMarshal.Cast<byte, T>(result.Bytes());
        if (into.IsEmpty)
            return;
        int count = (int)block.Size;
        int inner = (int)block.Inner;
        for (int o = 0; o < block.Outer; o++)
        {
            var part = values.Slice(o * count * inner, count * inner);
            if (inner == 1)
                into[o] = Row<TReduction, T>(part);
            else
                Columns<TReduction, T>(part, count, into.Slice(o * inner, inner));
        }
    }

    /// <summary>The operand with its reduced axes together, and what it then is: [outer, reduced, inner].</summary>
    public static (Tensor Arranged, AxisBlock Block) Arrange(Tensor operand, ReadOnlySpan<bool> reduced)
    {
        int first = reduced.IndexOf(true);
        int last = reduced.LastIndexOf(true);
        if (first < 0)
            return (operand, new(operand.Elements, 1, 1));
        var sizes = operand.Sizes;
        bool together = true;
        for (int axis = first; axis <= last; axis++)
            together &= reduced[axis] || sizes[axis] == 1;
        if (together)
        {
            return (operand, new(
                AxisBlock.Product(sizes[..first]), AxisBlock.Product(sizes[first..(last + 1)]), AxisBlock.Product(sizes[(last + 1)..])));
        }

        var kept = new List<int>();
        var joined = new List<int>();
        for (int axis = 0; axis < sizes.Length; axis++)
            (reduced[axis] ? joined : kept).Add(axis);
        int[] order = [.. kept, .. joined];
        var arrangedSizes = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
            arrangedSizes[i] = sizes[order[i]];
        var arranged = Scratch.Empty(operand.DType, arrangedSizes);
        StridedCopy.PermuteInto(operand, order, arranged);
        return (arranged, new(AxisBlock.Product(arrangedSizes.AsSpan(0, kept.Count)), AxisBlock.Product(arrangedSizes.AsSpan(kept.Count)), 1));
    }

    private static T Row<TReduction, T>(ReadOnlySpan<T> values)
        where TReduction : IReduction<T>
        where T : unmanaged
    {
        if (values.IsEmpty)
            return TReduction.Identity;
        if (values.Length <= RowBlock)
            return TReduction.Row(values);
        int half = values.Length / 2;
        return TReduction.Join(Row<TReduction, T>(values[..half]), Row<TReduction, T>(values[half..]));
    }

    private static void Columns<TReduction, T>(ReadOnlySpan<T> values, int count, Span<T> into)
        where TReduction : IReduction<T>
        where T : unmanaged
    {
        int inner = into.Length;
        if (count == 0)
        {
            into.Fill(TReduction.Identity);
        }
        else if (count <= ColumnBlock)
        {
            values[..inner].CopyTo(into);
            for (int row = 1; row < count; row++)
                TReduction.Rows(values.Slice(row * inner, inner), into);
        }
        else
        {
            int half = count / 2;
            var rest = new T[inner];
            Columns<TReduction, T>(values[..(half * inner)], half, into);
            Columns<TReduction, T>(values[(half * inner)..], count - half, rest);
            TReduction.Rows(rest, into);
        }
    }
}
