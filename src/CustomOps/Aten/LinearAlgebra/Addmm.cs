namespace Evergraph.CustomOps.Aten;

/// <summary>β·self + α·(mat1 · mat2), where self is broadcast to the product.</summary>
[CustomOp("aten::addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor")]
public static partial class Addmm
{
    /// <summary>[m, n], in the operands' common type.</summary>
    public static TensorType Fake(TensorType self, TensorType mat1, TensorType mat2, Scalar beta, Scalar alpha)
    {
        Operands.RequireRank(mat1, 2, "mat1");
        Operands.RequireRank(mat2, 2, "mat2");
        Operands.RequireNumber(mat1, "mat1");
        Operands.RequireSameDType(mat1, mat2, "mat2");
        Require(mat2.Shape[0] == mat1.Shape[1], "inner sizes differ");
        var result = new TensorType(mat1.DType, [mat1.Shape[0], mat2.Shape[1]]);
        ScaledSum.Check(result, self, beta, alpha);
        return result;
    }

    /// <summary>The scaled sum, rounded once.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor mat1, Tensor mat2, Scalar beta, Scalar alpha) =>
        Run(PlainProducts.Instance, self, mat1, mat2, beta, alpha);

    internal static Tensor Run(MatrixProducts products, Tensor self, Tensor mat1, Tensor mat2, Scalar beta, Scalar alpha)
    {
        int m = (int)mat1.Sizes[0], n = (int)mat2.Sizes[1], k = (int)mat1.Sizes[1];
        return ScaledSum.Run(products, self, result => products.BatchedProduct(mat1, mat2, result, [0], [0], m, n, k), [m, n], beta, alpha);
    }

    /// <summary>The rows of the left matrix can be cut, and with them those of an addend that has as many.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        var addend = query.OperandTypes[0].Shape;
        bool rows = query is { Operand: 1, Axis: 0 } || (query is { Operand: 0, Axis: 0 } && addend.Rank == 2 && !addend[0].Equals(1));
        bool addendHasRows = addend.Rank == 2 && !addend[0].Equals(1);
        return rows ? new([addendHasRows ? 0 : AxisSplit.Whole, 0, AxisSplit.Whole], 0, query.Arguments) : null;
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Number();
        Dim m = s.Size(), n = s.Size(), k = s.Size();
        Shape addend = s.Pick<Shape>([n], [m, n], [1, n], [m, 1], [1], []);
        Scalar beta = dtype.IsFloating() ? s.Pick<Scalar>(1, 0, 0.5) : s.Pick<Scalar>(1, 0, 3);
        Scalar alpha = dtype.IsFloating() ? s.Pick<Scalar>(1, -0.5) : s.Pick<Scalar>(1, -2);
        return s.Call(s.Tensor(dtype, addend), s.Tensor(dtype, [m, k]), s.Tensor(dtype, [k, n]), beta, alpha);
    }
}
