namespace Evergraph.CustomOps.Aten;

/// <summary>Every element along an axis of constant size; the axis disappears.</summary>
[CustomOp("aten::unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class UnbindInt
{
    public static TensorType[] Fake(TensorType self, long dim)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        if (!self.Shape[axis].TryGetConstant(out long count))
            throw FakeContext.Fail($"the number of results is the size along dimension {dim}: expected a constant, given {self.Shape[axis]}");
        Require(count <= Splitting.MostParts, $"too many results: expected at most {Splitting.MostParts}, given {count}");
        var types = new TensorType[count];
        Array.Fill(types, new(self.DType, [.. self.Shape.AsSpan()[..axis], .. self.Shape.AsSpan()[(axis + 1)..]]));
        return types;
    }

    [Kernel(Backend.Reference)]
    public static Tensor[] Real(Tensor self, long dim)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        var results = new Tensor[self.Sizes[axis]];
        for (int i = 0; i < results.Length; i++)
            results[i] = SelectInt.Real(self, axis, i);
        return results;
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        int axis = Axes.Normalize(query.Int(1), query.Type.Rank);
        return query.Axis == axis ? null : query.Carried(query.Axis < axis ? query.Axis : query.Axis - 1);
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        Dim[] shape = s.Sizes(s.Next(1, 3));
        int axis = s.Next(0, shape.Length - 1);
        shape[axis] = s.Next(1, 4);
        return s.Call(s.Tensor(s.Any(), Shape.Create(shape)), s.Signed(axis, shape.Length));
    }
}
