namespace Evergraph.CustomOps.Aten;

/// <summary>Repeats axes of size 1, and adds leading axes, up to the given sizes; -1 keeps an axis.</summary>
[CustomOp("aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.IdentityOnSameType)]
public static partial class Expand
{
    public static TensorType Fake(TensorType self, Dim[] size, bool @implicit) => new(self.DType, Expansion.Infer(self.Shape, size));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] size, bool @implicit)
    {
        long[] sizes = size.AsSpan().ToArray();
        int lead = sizes.Length - self.Rank;
        for (int i = lead; i < sizes.Length; i++)
            sizes[i] = sizes[i] == -1 ? self.Sizes[i - lead] : sizes[i];
        return StridedCopy.Expand(self, sizes);
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        var output = query.OutputTypes[0].Shape;
        int axis = query.Axis + output.Rank - query.Type.Rank;
        return query.Whole.Equals(output[axis]) ? query.Carried(axis, 1, AxisSplits.WithSize(query.Dims(1), axis, query.Part)) : null;
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        var (shape, sizes) = Expansion.Draw(s);
        int lead = sizes.Length - shape.Rank;
        for (int i = lead; i < sizes.Length; i++)
        {
            if (sizes[i].Equals(shape[i - lead]) && s.Coin())
                sizes[i] = -1;
        }

        return s.Call(s.Tensor(s.Any(), shape), sizes);
    }
}
