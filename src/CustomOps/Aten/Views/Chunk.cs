namespace Evergraph.CustomOps.Aten;

/// <summary>
/// At most so many parts of ⌈n / chunks⌉ along an axis. A constant n may give fewer; a symbolic n must be a multiple, or the
/// number of results would depend on it.
/// </summary>
[CustomOp("aten::chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class Chunk
{
    public static TensorType[] Fake(TensorType self, long chunks, long dim)
    {
        Require(chunks is > 0 and <= Splitting.MostParts, $"a wrong number of chunks: expected 1 to {Splitting.MostParts}, given {chunks}");
        int axis = Axes.Normalize(dim, self.Rank);
        var size = self.Shape[axis];
        if (size.TryGetConstant(out long known) && known > 0)
            return Splitting.Types(self, axis, Splitting.Even(size, Dim.CeilDiv(size, chunks)));
        Require(size % chunks == 0, "a symbolic size must be a multiple of the number of chunks");
        var sizes = new Dim[chunks];
        Array.Fill(sizes, size / chunks);
        return Splitting.Types(self, axis, sizes);
    }

    [Kernel(Backend.Reference)]
    public static Tensor[] Real(Tensor self, long chunks, long dim)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        long size = self.Sizes[axis];
        return size == 0
            ? Splitting.Take(self, axis, new long[chunks])
            : Splitting.TakeEven(self, axis, ((size - 1) / chunks) + 1);
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => Slicing.Split(query, query.Int(2));

    public static OperatorSample Sample(SampleBuilder s)
    {
        Dim[] shape = s.Sizes(s.Next(1, 3));
        int axis = s.Next(0, shape.Length - 1);
        int chunks = s.Next(1, 4);
        shape[axis] = s.Coin() ? s.Size() * chunks : s.Next(0, 7);
        return s.Call(s.Tensor(s.Any(), Shape.Create(shape)), chunks, s.Signed(axis, shape.Length));
    }
}
