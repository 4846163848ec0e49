namespace Evergraph.CustomOps.Aten;

/// <summary>Parts of matrices on one side of a diagonal, zeros elsewhere. Diagonal k holds the elements with column − row = k.</summary>
internal static class Triangle
{
    public static TensorType Infer(TensorType self)
    {
        Require(self.Rank >= 2, $"expected a tensor of rank 2 at least, given rank {self.Rank}");
        return self;
    }

    public static Tensor Keep(Tensor self, long diagonal, bool lower)
    {
        var result = Tensor.Empty(self.DType, self.Sizes);
        var from = self.ReadOnlyBytes();
        var to = result.Bytes();
        int size = self.DType.Size();
        long rows = self.Sizes[^2];
        int columns = (int)self.Sizes[^1];
        to.Clear();
        for (long line = 0; columns > 0 && line < self.Elements / columns; line++)
        {
            // Saturating: a diagonal far outside keeps all or nothing.
            var bound = (Int128)(line % rows) + diagonal + (lower ? 1 : 0);
            int split = (int)Int128.Clamp(bound, 0, columns);
            int start = (int)(line * columns) + (lower ? 0 : split);
            int count = lower ? split : columns - split;
            from.Slice(start * size, count * size).CopyTo(to[(start * size)..]);
        }

        return result;
    }

    public static AxisSplit? Split(AxisQuery query) => query.Axis < query.Type.Rank - 2 ? query.Carried(query.Axis) : null;

    public static OperatorSample Draw(SampleBuilder s)
    {
        var self = s.AnyTensor(2);
        return s.Call(self, s.Coin() ? (Dim)s.Next(-5, 5) : s.Size());
    }
}
