namespace Evergraph.CustomOps.Aten;

/// <summary>The tensor over and over along each axis; more counts than axes add leading ones.</summary>
[CustomOp("aten::repeat(Tensor self, SymInt[] repeats) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.IdentityOnSameType)]
public static partial class Repeat
{
    public static TensorType Fake(TensorType self, Dim[] repeats)
    {
        int lead = repeats.Length - self.Rank;
        Require(lead >= 0, $"too few repeat counts: expected at least {self.Rank}, given {repeats.Length}");
        var sizes = new Dim[repeats.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            if (repeats[i].Range.Min < 0)
                Require(repeats[i] >= 0, "a repeat count is negative");
            sizes[i] = i < lead ? repeats[i] : repeats[i] * self.Shape[i - lead];
        }

        return new(self.DType, Shape.Create(sizes));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] repeats)
    {
        int lead = repeats.Length - self.Rank;
        long[] own = StridedCopy.DenseStrides(self.Sizes);
        var sizes = new long[repeats.Length];
        var pairs = new long[repeats.Length * 2];
        var strides = new long[pairs.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            long size = i < lead ? 1 : self.Sizes[i - lead];
            sizes[i] = repeats[i] * size;
            (pairs[2 * i], pairs[(2 * i) + 1]) = (repeats[i], size);
            strides[(2 * i) + 1] = i < lead ? 0 : own[i - lead];
        }

        var result = Tensor.Empty(self.DType, sizes);
        StridedCopy.GatherInto(self, result, pairs, strides);
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        int axis = query.Axis + query.OutputTypes[0].Rank - query.Type.Rank;
        return query.Dims(1)[axis].Equals(1) ? query.Carried(axis) : null;
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        var repeats = new Dim[self.Type.Rank + s.Next(0, 2)];
        for (int i = 0; i < repeats.Length; i++)
            repeats[i] = s.Coin() ? 1 : s.Coin() ? s.Next(0, 3) : s.Size(0, 3);
        return s.Call(self, repeats);
    }
}
