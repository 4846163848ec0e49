namespace Evergraph.CustomOps.Aten;

/// <summary>Cuts along an axis into parts that follow each other.</summary>
internal static class Splitting
{
    /// <summary>The most parts that one node makes: each is a value of the graph.</summary>
    public const int MostParts = 1 << 16;

    /// <summary>The sizes of parts of <paramref name="partSize"/>, the last one smaller where it does not divide; at least one part.</summary>
    /// <exception cref="ShapeException">The number of parts depends on a symbolic size.</exception>
    public static Dim[] Even(Dim size, Dim partSize)
    {
        if (size.Equals(0) && partSize.Equals(0))
            return [0];
        Require(partSize >= 1, "the size of a part is at least 1");
        Dim parts = PositiveDivision.Floor(size + partSize - 1, partSize, partSize);
        if (!parts.TryGetConstant(out long count))
            throw FakeContext.Fail($"the number of parts depends on a symbolic size: expected a constant, given {parts} parts of {partSize} in {size}; split by sections or move the code into an operator");
        Require(count <= MostParts, $"too many parts: expected at most {MostParts}, given {count}");
        var sizes = new Dim[Math.Max(count, 1)];
        Array.Fill(sizes, partSize);
        sizes[^1] = size - (partSize * (sizes.Length - 1));
        return sizes;
    }

    /// <summary>The types of parts of these sizes, which together are the axis.</summary>
    public static TensorType[] Types(TensorType self, int axis, ReadOnlySpan<Dim> sizes)
    {
        Dim sum = 0;
        foreach (var size in sizes)
        {
            if (size.Range.Min < 0)
                Require(size >= 0, "the size of a part is negative");
            sum += size;
        }

        Require(sum == self.Shape[axis], "the parts are not the whole axis");
        var types = new TensorType[sizes.Length];
        for (int i = 0; i < types.Length; i++)
            types[i] = new(self.DType, self.Shape.With(axis, sizes[i]));
        return types;
    }

    /// <summary>Copies of parts of at most <paramref name="partSize"/>.</summary>
    public static Tensor[] TakeEven(Tensor self, int axis, long partSize)
    {
        long size = self.Sizes[axis];
        var parts = new Tensor[size == 0 ? 1 : ((size - 1) / partSize) + 1];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = Slicing.Take(self, axis, i * partSize, Math.Min(partSize, size - (i * partSize)));
        return parts;
    }

    /// <summary>Copies of parts of these sizes.</summary>
    public static Tensor[] Take(Tensor self, int axis, ReadOnlySpan<long> sizes)
    {
        var parts = new Tensor[sizes.Length];
        long first = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Slicing.Take(self, axis, first, sizes[i]);
            first += sizes[i];
        }

        return parts;
    }

    public static OperatorSample DrawSizes(SampleBuilder s)
    {
        Dim[] sizes = s.Sizes(s.Next(1, 3));
        Dim[] shape = s.Sizes(s.Next(1, 3));
        int axis = s.Next(0, shape.Length - 1);
        shape[axis] = sizes.Aggregate((Dim)0, (sum, size) => sum + size);
        return s.Call(s.Tensor(s.Any(), Shape.Create(shape)), sizes, s.Signed(axis, shape.Length));
    }
}
