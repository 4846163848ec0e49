namespace Evergraph.CustomOps.Aten;

/// <summary>β·self + α·(batch1 · batch2), where self is broadcast to the products.</summary>
[CustomOp("aten::baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor")]
public static partial class Baddbmm
{
    /// <summary>[b, m, n], in the operands' common type.</summary>
    public static TensorType Fake(TensorType self, TensorType batch1, TensorType batch2, Scalar beta, Scalar alpha)
    {
        Operands.RequireRank(batch1, 3, "batch1");
        Operands.RequireRank(batch2, 3, "batch2");
        Operands.RequireNumber(batch1, "batch1");
        Operands.RequireSameDType(batch1, batch2, "batch2");
        Require(batch2.Shape[0] == batch1.Shape[0], "batch sizes differ");
        Require(batch2.Shape[1] == batch1.Shape[2], "inner sizes differ");
        var result = new TensorType(batch1.DType, [batch1.Shape[0], batch1.Shape[1], batch2.Shape[2]]);
        ScaledSum.Check(result, self, beta, alpha);
        return result;
    }

    /// <summary>The scaled sum, rounded once.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor batch1, Tensor batch2, Scalar beta, Scalar alpha) =>
        Run(PlainProducts.Instance, self, batch1, batch2, beta, alpha);

    internal static Tensor Run(MatrixProducts products, Tensor self, Tensor batch1, Tensor batch2, Scalar beta, Scalar alpha)
    {
        int m = (int)batch1.Sizes[1], n = (int)batch2.Sizes[2], k = (int)batch1.Sizes[2];
        int[] matrices = [.. Enumerable.Range(0, (int)batch1.Sizes[0])];
        return ScaledSum.Run(
            products,
            self,
            result => products.BatchedProduct(batch1, batch2, result, matrices, matrices, m, n, k),
            [batch1.Sizes[0], m, n],
            beta,
            alpha);
    }

    /// <summary>The batch can be cut, or the rows of the left matrices, and with them an addend that has as many.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        var addend = query.OperandTypes[0].Shape;
        int axis = query.Operand == 0 ? query.Axis + 3 - addend.Rank : query.Axis;
        if (axis > 1 || (query.Operand == 2 && axis == 1) || query.Whole.Equals(1))
            return null;
        int addendAxis = axis - (3 - addend.Rank);
        bool addendHasIt = addendAxis >= 0 && !addend[addendAxis].Equals(1);
        return new([addendHasIt ? addendAxis : AxisSplit.Whole, axis, axis == 0 ? 0 : AxisSplit.Whole], axis, query.Arguments);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Number();
        Dim b = s.Size(), m = s.Size(), n = s.Size(), k = s.Size();
        Shape addend = s.Pick<Shape>([b, m, n], [n], [b, 1, n], [m, n], [1, m, 1], []);
        Scalar beta = dtype.IsFloating() ? s.Pick<Scalar>(1, 0, 0.5) : s.Pick<Scalar>(1, 0, 3);
        Scalar alpha = dtype.IsFloating() ? s.Pick<Scalar>(1, -0.5) : s.Pick<Scalar>(1, -2);
        return s.Call(s.Tensor(dtype, addend), s.Tensor(dtype, [b, m, k]), s.Tensor(dtype, [b, k, n]), beta, alpha);
    }
}
