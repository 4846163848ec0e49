namespace Evergraph.CustomOps.Aten;

/// <summary>What gather and scatter ask of their index, and their samples.</summary>
internal static class ElementIndexing
{
    /// <summary>Checks the index of gather or scatter against the operand.</summary>
    /// <returns>The axis that is indexed.</returns>
    /// <exception cref="ShapeException">The index does not fit.</exception>
    public static int Check(TensorType self, long dim, TensorType index)
    {
        int axis = Axes.NormalizeOrScalar(dim, self.Rank);
        Require(index.DType == DType.Int64, $"the index has a wrong element type: expected int64, given {index.DType.Name()}");
        Require(
            Math.Max(index.Rank, 1) == Math.Max(self.Rank, 1),
            $"the index has another rank than the tensor: expected {self.Rank}, given {index.Rank}");
        for (int i = 0; i < Math.Min(index.Rank, self.Rank); i++)
        {
            if (i != axis)
                Require(index.Shape[i] <= self.Shape[i], $"the index is larger than the tensor along dimension {i}");
        }

        return axis;
    }

    /// <summary>Checks the source of scatter against the index.</summary>
    /// <exception cref="ShapeException">The source does not fit.</exception>
    public static void CheckSource(TensorType self, TensorType index, TensorType src)
    {
        Require(src.DType == self.DType, $"the element types differ: expected {self.DType.Name()}, given {src.DType.Name()}");
        Require(
            Math.Max(index.Rank, 1) == Math.Max(src.Rank, 1),
            $"the source has another rank than the index: expected {index.Rank}, given {src.Rank}");
        for (int i = 0; i < Math.Min(index.Rank, src.Rank); i++)
            Require(index.Shape[i] <= src.Shape[i], $"the index is larger than the source along dimension {i}");
    }

    /// <summary>The elements of the source that stand where the index has elements.</summary>
    public static Tensor Crop(Tensor src, Tensor index)
    {
        if (src.Sizes.SequenceEqual(index.Sizes) || src.Rank != index.Rank)
            return src;
        var cropped = Scratch.Empty(src.DType, index.Sizes);
        StridedCopy.GatherInto(src, cropped, index.Sizes, StridedCopy.DenseStrides(src.Sizes));
        return cropped;
    }

    /// <summary>A tensor, an axis, and an index that is smaller than the tensor along the other axes now and then.</summary>
    public static (SampleTensor Self, int Axis, SampleTensor Index) Draw(SampleBuilder s)
    {
        var rest = s.Sizes(s.Next(0, 3), 1);
        int axis = s.Next(0, Math.Max(rest.Length, 1) - 1);
        var self = new Dim[rest.Length];
        for (int i = 0; i < rest.Length; i++)
            self[i] = i == axis ? s.Size(1) : s.Next(0, 2) == 0 ? rest[i] + s.Next(0, 2) : rest[i];
        var tensor = s.Tensor(s.Any(), Shape.Create(self));
        Shape index = rest.Length == 0 ? s.Pick<Shape>([], [1]) : Shape.Create(rest).With(axis, s.Size());
        return (tensor, axis, s.Indices(index, rest.Length == 0 ? 1 : self[axis]));
    }
}
