namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Tensors one after the other along an axis, in their common element type. As in PyTorch, a tensor of sizes [0] may stand
/// among tensors of any rank and adds nothing.
/// </summary>
[CustomOp("aten::cat(Tensor[] tensors, int dim=0) -> Tensor")]
public static partial class Cat
{
    public static TensorType Fake(TensorType[] tensors, long dim)
    {
        Require(tensors.Length > 0, "expected at least one tensor, given none");
        var first = Array.Find(tensors, type => !IsSkipped(type.Shape)) ?? tensors[0];
        Require(first.Rank > 0, "a tensor without dimensions cannot be concatenated; use stack");
        int axis = Axes.Normalize(dim, first.Rank);
        var dtype = first.DType;
        Dim size = 0;
        foreach (var type in tensors)
        {
            dtype = DTypes.Promote(dtype, type.DType);
            if (IsSkipped(type.Shape))
                continue;
            Require(type.Rank == first.Rank, $"the ranks differ: expected {first.Rank}, given {type.Rank}");
            for (int i = 0; i < first.Rank; i++)
            {
                if (i != axis)
                    Require(type.Shape[i] == first.Shape[i], $"sizes along dimension {i} differ");
            }

            size += type.Shape[axis];
        }

        return new(dtype, first.Shape.With(axis, size));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor[] tensors, long dim)
    {
        var first = Array.Find(tensors, tensor => tensor.Sizes is not [0]) ?? tensors[0];
        int axis = Axes.Normalize(dim, first.Rank);
        var dtype = first.DType;
        long[] sizes = first.Sizes.ToArray();
        sizes[axis] = 0;
        foreach (var tensor in tensors)
        {
            dtype = DTypes.Promote(dtype, tensor.DType);
            sizes[axis] += tensor.Sizes is [0] ? 0 : tensor.Sizes[axis];
        }

        var result = Tensor.Empty(dtype, sizes);
        long place = 0;
        foreach (var tensor in tensors)
        {
            if (tensor.Sizes is [0])
                continue;
            Slicing.Put(Scratch.As(tensor, dtype), result, axis, place);
            place += tensor.Sizes[axis];
        }

        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => query.AlikeExcept(Axes.Normalize(query.Int(1), query.OutputTypes[0].Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        Dim[] shape = s.Sizes(s.Next(1, 3));
        int axis = s.Next(0, shape.Length - 1);
        var dtype = s.Any();
        var tensors = new SampleTensor[s.Next(1, 4)];
        for (int i = 0; i < tensors.Length; i++)
        {
            shape[axis] = s.Size();
            tensors[i] = i > 0 && s.Next(0, 9) == 0
                ? s.Tensor(s.Any(), [0])
                : s.Tensor(s.Next(0, 3) == 0 ? s.Any() : dtype, Shape.Create(shape));
        }

        return s.Call(tensors, s.Signed(axis, shape.Length));
    }

    private static bool IsSkipped(Shape shape) => shape.Rank == 1 && shape[0].Equals(0);
}
