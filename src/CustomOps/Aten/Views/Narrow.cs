namespace Evergraph.CustomOps.Aten;

/// <summary>A number of neighbours along an axis, from <c>start</c>.</summary>
[CustomOp("aten::narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.IdentityOnSameType)]
public static partial class Narrow
{
    public static TensorType Fake(TensorType self, long dim, Dim start, Dim length)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        var size = self.Shape[axis];
        var first = start.Range.Max < 0 ? start + size : start;
        Require(first >= 0, "the start is before the first element");
        Require(length >= 0, "the length is negative");
        Require(first + length <= size, "the end is behind the last element");
        return new(self.DType, self.Shape.With(axis, length));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, long start, long length)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        return Slicing.Take(self, axis, start < 0 ? start + self.Sizes[axis] : start, length);
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => Slicing.Split(query, query.Int(1));

    public static OperatorSample Sample(SampleBuilder s)
    {
        Dim[] sizes = s.Sizes(s.Next(1, 3));
        int axis = s.Next(0, sizes.Length - 1);
        Dim length = s.Size();
        int before = s.Next(0, 2);
        int after = s.Next(0, 2);
        sizes[axis] = before + length + after;
        long total = s.NumberOf(sizes[axis]);
        Dim start = s.Coin() && before < total ? before - total : before;
        return s.Call(s.Tensor(s.Any(), Shape.Create(sizes)), s.Signed(axis, sizes.Length), start, length);
    }
}
