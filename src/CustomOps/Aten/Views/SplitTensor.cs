namespace Evergraph.CustomOps.Aten;

/// <summary>Parts of one size along an axis; the last is smaller where the size does not divide.</summary>
[CustomOp("aten::split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class SplitTensor
{
    public static TensorType[] Fake(TensorType self, Dim split_size, long dim)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        return Splitting.Types(self, axis, Splitting.Even(self.Shape[axis], split_size));
    }

    [Kernel(Backend.Reference)]
    public static Tensor[] Real(Tensor self, long split_size, long dim) =>
        Splitting.TakeEven(self, Axes.Normalize(dim, self.Rank), split_size);

    public static AxisSplit? SplitAxis(AxisQuery query) => Slicing.Split(query, query.Int(2));

    public static OperatorSample Sample(SampleBuilder s)
    {
        Dim[] shape = s.Sizes(s.Next(1, 3));
        int axis = s.Next(0, shape.Length - 1);
        Dim part = s.Size(1);
        shape[axis] = s.Coin() ? part * s.Next(1, 3) : s.Next(0, 6);
        if (shape[axis].IsConstant)
            part = s.Next(1, 4);
        return s.Call(s.Tensor(s.Any(), Shape.Create(shape)), part, s.Signed(axis, shape.Length));
    }
}
