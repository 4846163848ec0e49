namespace Evergraph.CustomOps.Aten;

/// <summary>
/// The product of tensors of any ranks, as Python's <c>@</c>: the last two dimensions are matrices, those before are
/// broadcast; a vector on the left is a row, one on the right a column, and its dimension is missing in the result.
/// </summary>
[CustomOp("aten::matmul(Tensor self, Tensor other) -> Tensor")]
public static partial class Matmul
{
    /// <summary>[broadcast..., m, n], in the operands' common type.</summary>
    public static TensorType Fake(TensorType self, TensorType other)
    {
        Require(self.Rank >= 1 && other.Rank >= 1, $"both must have dimensions: given {self} and {other}");
        Operands.RequireNumber(self, "self");
        Operands.RequireSameDType(self, other, "other");
        Require((other.Rank == 1 ? other.Shape[0] : other.Shape[^2]) == self.Shape[^1], "inner sizes differ");
        var batch = Broadcast.Shapes(Batch(self.Shape), Batch(other.Shape));
        Dim[] rows = self.Rank == 1 ? [] : [self.Shape[^2]];
        Dim[] columns = other.Rank == 1 ? [] : [other.Shape[^1]];
        return new(self.DType, [.. batch, .. rows, .. columns]);
    }

    /// <summary>The products; see <see cref="MatrixProducts"/> for how they are rounded.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) => Run(PlainProducts.Instance, self, other);

    internal static Tensor Run(MatrixProducts products, Tensor self, Tensor other)
    {
        long k = self.Sizes[^1];
        if (other.Rank == 1)
            return products.Linear(self, other.Reinterpret(1, k)).Reinterpret(self.Sizes[..^1]);
        long n = other.Sizes[^1];
        if (other.Rank == 2)
        {
            // One matrix for all: the leading dimensions of the left operand are all rows.
            return products.Product(self.Reinterpret(MatrixProducts.Rows(self), k), other).Reinterpret([.. self.Sizes[..^1], n]);
        }

        long m = self.Rank == 1 ? 1 : self.Sizes[^2];
        var selfBatch = self.Rank == 1 ? [] : self.Sizes[..^2];
        long[] batch = Broadcast.Sizes(selfBatch, other.Sizes[..^2]);
        long[] sizes = self.Rank == 1 ? [.. batch, n] : [.. batch, m, n];
        var result = Tensor.Empty(self.DType, sizes);
        products.BatchedProduct(self, other, result, BatchMatrices.Of(selfBatch, batch), BatchMatrices.Of(other.Sizes[..^2], batch), (int)m, (int)n, (int)k);
        return result;
    }

    /// <summary>The rows of the left matrices can be cut, or a batch axis of both.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        Shape left = query.OperandTypes[0].Shape, right = query.OperandTypes[1].Shape;
        int outputRank = query.OutputTypes[0].Rank;
        int removed = (left.Rank == 1 ? 1 : 0) + (right.Rank == 1 ? 1 : 0);
        int fromEnd = query.Type.Rank - query.Axis;
        if (query.Operand == 0 && fromEnd == 2)
            return new([query.Axis, AxisSplit.Whole], outputRank + removed - 2, query.Arguments);
        if (fromEnd <= 2)
            return null;
        Span<int> axes = [left.Rank - fromEnd, right.Rank - fromEnd];
        for (int i = 0; i < axes.Length; i++)
        {
            var shape = query.OperandTypes[i].Shape;
            if (axes[i] < 0 || shape[axes[i]].Equals(1))
                axes[i] = AxisSplit.Whole;
            else if (!shape[axes[i]].Equals(query.Whole))
                return null;
        }

        return axes[query.Operand] == query.Axis ? new(EquatableArray.Create<int>(axes), outputRank + removed - fromEnd, query.Arguments) : null;
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (dtype, k) = (s.Number(), s.Size());
        int leftBatch = s.Next(0, 2), rightBatch = s.Next(0, 2);
        var batch = s.Sizes(Math.Max(leftBatch, rightBatch), max: 3);
        // A batch dimension is there, is 1, or is missing on the left.
        Dim[] Draw(int rank) => [.. batch[^rank..].Select(size => s.Next(0, 3) == 0 ? 1 : size)];
        Shape left = leftBatch == 0 && s.Coin() ? [k] : [.. Draw(leftBatch), s.Size(), k];
        Shape right = rightBatch == 0 && s.Coin() ? [k] : [.. Draw(rightBatch), k, s.Size()];
        return s.Call(s.Tensor(dtype, left), s.Tensor(dtype, right));
    }

    private static Shape Batch(Shape shape) => shape.Rank <= 2 ? Shape.Scalar : Shape.Create(shape.AsSpan()[..^2]);
}
