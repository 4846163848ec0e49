namespace Evergraph.CustomOps.Aten;

/// <summary>The products of two equally long lists of matrices, [b, m, k] · [b, k, n].</summary>
[CustomOp("aten::bmm(Tensor self, Tensor mat2) -> Tensor")]
public static partial class Bmm
{
    /// <summary>[b, m, n], in the operands' common type.</summary>
    public static TensorType Fake(TensorType self, TensorType mat2)
    {
        Operands.RequireRank(self, 3, "self");
        Operands.RequireRank(mat2, 3, "mat2");
        Operands.RequireNumber(self, "self");
        Operands.RequireSameDType(self, mat2, "mat2");
        Require(mat2.Shape[0] == self.Shape[0], "batch sizes differ");
        Require(mat2.Shape[1] == self.Shape[2], "inner sizes differ");
        return new(self.DType, [self.Shape[0], self.Shape[1], mat2.Shape[2]]);
    }

    /// <summary>The products; see <see cref="MatrixProducts"/> for how they are rounded.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor mat2) => Run(PlainProducts.Instance, self, mat2);

    internal static Tensor Run(MatrixProducts products, Tensor self, Tensor mat2)
    {
        var result = Tensor.Empty(self.DType, self.Sizes[0], self.Sizes[1], mat2.Sizes[2]);
        int[] matrices = [.. Enumerable.Range(0, (int)self.Sizes[0])];
        products.BatchedProduct(self, mat2, result, matrices, matrices, (int)self.Sizes[1], (int)mat2.Sizes[2], (int)self.Sizes[2]);
        return result;
    }

    /// <summary>The batch of both can be cut, or the rows of the left matrices.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => query switch
    {
        { Axis: 0 } => new([0, 0], 0, query.Arguments),
        { Operand: 0, Axis: 1 } => new([1, AxisSplit.Whole], 1, query.Arguments),
        _ => null,
    };

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (dtype, batch, k) = (s.Number(), s.Size(), s.Size());
        return s.Call(s.Tensor(dtype, [batch, s.Size(), k]), s.Tensor(dtype, [batch, k, s.Size()]));
    }
}
