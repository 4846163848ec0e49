namespace Evergraph.CustomOps.Aten;

/// <summary>Moves elements along axes, those that leave at the end coming back at the beginning; without axes, of the flattened tensor.</summary>
[CustomOp("aten::roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class Roll
{
    public static TensorType Fake(TensorType self, Dim[] shifts, long[] dims)
    {
        Require(shifts.Length > 0, "expected at least one shift, given none");
        Require(
            dims.Length == shifts.Length || (dims.Length == 0 && shifts.Length == 1),
            $"each dimension has one shift: expected {dims.Length}, given {shifts.Length}");
        foreach (long dim in dims)
            Axes.Normalize(dim, self.Rank);
        return self;
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] shifts, long[] dims)
    {
        if (dims.Length == 0)
            return Shift(self, new(1, self.Elements, 1), shifts[0], Tensor.Empty(self.DType, self.Sizes));
        var rolled = self;
        for (int i = 0; i < dims.Length; i++)
        {
            var target = i == dims.Length - 1 ? Tensor.Empty(self.DType, self.Sizes) : Scratch.Empty(self.DType, self.Sizes);
            rolled = Shift(rolled, AxisBlock.Around(self.Sizes, Axes.Normalize(dims[i], self.Rank)), shifts[i], target);
        }

        return rolled;
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        long[] dims = query.Ints(2);
        return dims.Length == 0 || dims.Any(dim => Axes.Normalize(dim, query.Type.Rank) == query.Axis) ? null : query.Carried(query.Axis);
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        long[] dims = s.SomeAxes(self.Type.Rank);
        var shifts = new Dim[Math.Max(dims.Length, 1)];
        for (int i = 0; i < shifts.Length; i++)
            shifts[i] = s.Coin() ? s.Next(-7, 7) : s.Size();
        return s.Call(self, shifts, dims);
    }

    // result[(i + shift) mod n] = self[i]
    private static Tensor Shift(Tensor self, AxisBlock block, long shift, Tensor result)
    {
        if (self.Elements == 0)
            return result;
        var from = self.ReadOnlyBytes();
        var to = result.Bytes();
        int row = (int)block.Inner * self.DType.Size();
        int length = (int)block.Size * row;
        int moved = (int)(((shift % block.Size) + block.Size) % block.Size) * row;
        for (int start = 0; start < from.Length; start += length)
        {
            from.Slice(start, length - moved).CopyTo(to[(start + moved)..]);
            from.Slice(start + length - moved, moved).CopyTo(to[start..]);
        }

        return result;
    }
}
