namespace Evergraph.CustomOps.Aten;

/// <summary>Tensors of one shape side by side along a new axis, in their common element type.</summary>
[CustomOp("aten::stack(Tensor[] tensors, int dim=0) -> Tensor")]
public static partial class Stack
{
    public static TensorType Fake(TensorType[] tensors, long dim)
    {
        Require(tensors.Length > 0, "expected at least one tensor, given none");
        var first = tensors[0];
        int place = Axes.NormalizeNew(dim, first.Rank);
        var dtype = first.DType;
        foreach (var type in tensors)
        {
            dtype = DTypes.Promote(dtype, type.DType);
            Require(type.Rank == first.Rank, $"the ranks differ: expected {first.Rank}, given {type.Rank}");
            for (int i = 0; i < first.Rank; i++)
                Require(type.Shape[i] == first.Shape[i], $"sizes along dimension {i} differ");
        }

        return new(dtype, [.. first.Shape.AsSpan()[..place], tensors.Length, .. first.Shape.AsSpan()[place..]]);
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor[] tensors, long dim)
    {
        var sizes = tensors[0].Sizes;
        int place = Axes.NormalizeNew(dim, sizes.Length);
        var dtype = tensors.Aggregate(tensors[0].DType, (common, tensor) => DTypes.Promote(common, tensor.DType));
        var result = Tensor.Empty(dtype, [.. sizes[..place], tensors.Length, .. sizes[place..]]);
        for (int i = 0; i < tensors.Length; i++)
            Slicing.Put(Scratch.As(tensors[i], dtype).Reinterpret([.. sizes[..place], 1, .. sizes[place..]]), result, place, i);
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        int place = Axes.NormalizeNew(query.Int(1), query.Type.Rank);
        return query.AlikeExcept(-1) is { } split ? split with { OutputAxis = query.Axis < place ? query.Axis : query.Axis + 1 } : null;
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        var shape = Shape.Create(s.Sizes(s.Next(0, 3)));
        var dtype = s.Any();
        var tensors = new SampleTensor[s.Next(1, 4)];
        for (int i = 0; i < tensors.Length; i++)
            tensors[i] = s.Tensor(s.Next(0, 3) == 0 ? s.Any() : dtype, shape);
        return s.Call(tensors, s.Axis(shape.Rank + 1));
    }
}
