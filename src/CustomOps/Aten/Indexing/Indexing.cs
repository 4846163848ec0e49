namespace Evergraph.CustomOps.Aten;

/// <summary>
/// What a list of index tensors selects. A bool tensor of rank r stands for r index tensors, the coordinates of its true
/// elements. All index tensors broadcast to one shape B; where the indexed axes are neighbours, B takes their place, else it
/// comes first.
/// </summary>
internal static class Indexing
{
    /// <summary>The result's shape.</summary>
    public static Shape Infer(TensorType self, TensorType?[] indices)
    {
        var indexed = Indexed(self.Rank, indices);
        Shape? broadcast = null;
        int axis = 0;
        foreach (var index in indices)
        {
            int covered = index is { DType: DType.Bool } ? index.Rank : 1;
            if (index is not null)
            {
                var shape = index.DType == DType.Bool ? MaskShape(self.Shape, axis, index.Shape) : index.Shape;
                broadcast = broadcast is { } other ? Broadcast.Shapes(other, shape) : shape;
            }

            axis += covered;
        }

        return broadcast is { } places ? Place(self.Shape, indexed, places) : self.Shape;
    }

    /// <summary>For each axis whether an index tensor covers it.</summary>
    /// <exception cref="ShapeException">There are more indices than axes, or one has a type that is no index.</exception>
    public static bool[] Indexed(int rank, TensorType?[] indices)
    {
        var indexed = new bool[rank];
        int axis = 0;
        foreach (var index in indices)
        {
            if (index is null)
            {
                axis++;
                continue;
            }

            Require(
                index.DType == DType.Bool || Places.AreHeldBy(index.DType),
                $"an index tensor has a wrong element type: expected int64, int32 or bool, given {index.DType.Name()}");
            Require(index.DType != DType.Bool || index.Rank > 0, "a mask without dimensions selects nothing; unsqueeze both sides");
            for (int i = 0; i < (index.DType == DType.Bool ? index.Rank : 1); i++, axis++)
            {
                Require(axis < rank, $"too many indices: expected at most {rank}");
                indexed[axis] = true;
            }
        }

        Require(axis <= rank, $"too many indices: expected at most {rank}, given {axis}");
        return indexed;
    }

    /// <summary>Where B begins in the result, and whether it takes the place of neighbours.</summary>
    public static (int First, int Count, bool Adjacent) Layout(ReadOnlySpan<bool> indexed)
    {
        int first = indexed.IndexOf(true);
        int count = indexed.Count(true);
        bool adjacent = first >= 0 && !indexed.Slice(first, count).Contains(false);
        return (adjacent ? first : 0, count, adjacent);
    }

    /// <summary>The axis of the result that an axis which is not indexed becomes.</summary>
    public static int ResultAxis(ReadOnlySpan<bool> indexed, int axis, int broadcastRank)
    {
        var (first, _, _) = Layout(indexed);
        int before = axis - indexed[..axis].Count(true);
        return before < first ? before : before + broadcastRank;
    }

    /// <summary>Index tensors of any element type, with numbers drawn, and those left out.</summary>
    public static (SampleTensor Self, SampleTensor?[] Indices) Draw(SampleBuilder s, bool masks)
    {
        Dim[] shape = s.Sizes(s.Next(1, 4), 1);
        var (a, b) = (s.Size(), s.Size());
        Shape broadcast = s.Pick<Shape>([a], [a, b], [], [1, b]);
        var items = new List<SampleTensor?>();
        bool masked = masks && s.Next(0, 2) == 0;
        for (int axis = 0; axis < shape.Length && (axis == 0 || s.Next(0, 4) > 0); axis++)
        {
            if (masked && s.Coin())
            {
                int rank = Math.Min(s.Next(1, 2), shape.Length - axis);
                items.Add(s.Tensor(DType.Bool, Shape.Create(shape.AsSpan(axis, rank))));
                axis += rank - 1;
                // What a mask selects broadcasts with nothing else that is drawn here.
                masked = false;
                broadcast = [];
                items = [.. items.Select(item => item?.Type.DType == DType.Bool ? item : null)];
            }
            else if (s.Next(0, 2) > 0)
            {
                Shape index = broadcast.Rank > 0 && s.Next(0, 3) == 0 ? broadcast.With(s.Next(0, broadcast.Rank - 1), 1) : broadcast;
                items.Add(s.Indices(index, shape[axis], negative: true, dtype: s.Pick(DType.Int64, DType.Int32)));
            }
            else
            {
                items.Add(null);
            }
        }

        var self = s.Tensor(s.Any(), Shape.Create(shape));
        return (self, [.. items]);
    }

    private static Shape MaskShape(Shape self, int axis, Shape mask)
    {
        for (int i = 0; i < mask.Rank; i++)
            Require(mask[i] == self[axis + i], $"size {i} of a mask is not that of dimension {axis + i}, which it selects from");
        return [FreshSymbol(mask.Elements)];
    }

    private static Shape Place(Shape self, ReadOnlySpan<bool> indexed, Shape places)
    {
        var sizes = new List<Dim>();
        for (int axis = 0; axis < self.Rank; axis++)
        {
            if (!indexed[axis])
                sizes.Add(self[axis]);
        }

        sizes.InsertRange(Layout(indexed).First, places);
        return [.. sizes];
    }
}
