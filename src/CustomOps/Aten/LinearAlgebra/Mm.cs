namespace Evergraph.CustomOps.Aten;

/// <summary>The product of two matrices, [m, k] · [k, n].</summary>
[CustomOp("aten::mm(Tensor self, Tensor mat2) -> Tensor")]
public static partial class Mm
{
    /// <summary>[m, n], in the operands' common type.</summary>
    public static TensorType Fake(TensorType self, TensorType mat2)
    {
        Operands.RequireRank(self, 2, "self");
        Operands.RequireRank(mat2, 2, "mat2");
        Operands.RequireNumber(self, "self");
        Operands.RequireSameDType(self, mat2, "mat2");
        Require(mat2.Shape[0] == self.Shape[1], "inner sizes differ");
        return new(self.DType, [self.Shape[0], mat2.Shape[1]]);
    }

    /// <summary>The product; see <see cref="MatrixProducts"/> for how it is rounded.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor mat2) => PlainProducts.Instance.Product(self, mat2);

    /// <summary>The rows of the left matrix can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) =>
        query is { Operand: 0, Axis: 0 } ? new([0, AxisSplit.Whole], 0, query.Arguments) : null;

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (dtype, k) = (s.Number(), s.Size());
        return s.Call(s.Tensor(dtype, [s.Size(), k]), s.Tensor(dtype, [k, s.Size()]));
    }
}
