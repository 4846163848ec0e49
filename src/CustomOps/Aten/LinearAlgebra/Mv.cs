namespace Evergraph.CustomOps.Aten;

/// <summary>A matrix times a vector, [m, k] · [k].</summary>
[CustomOp("aten::mv(Tensor self, Tensor vec) -> Tensor")]
public static partial class Mv
{
    /// <summary>[m], in the operands' common type.</summary>
    public static TensorType Fake(TensorType self, TensorType vec)
    {
        Operands.RequireRank(self, 2, "self");
        Operands.RequireRank(vec, 1, "vec");
        Operands.RequireNumber(self, "self");
        Operands.RequireSameDType(self, vec, "vec");
        Require(vec.Shape[0] == self.Shape[1], "inner sizes differ");
        return new(self.DType, [self.Shape[0]]);
    }

    /// <summary>The product.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor vec) => Run(PlainProducts.Instance, self, vec);

    internal static Tensor Run(MatrixProducts products, Tensor self, Tensor vec) =>
        products.Linear(self, vec.Reinterpret(1, vec.Sizes[0])).Reinterpret(self.Sizes[0]);

    /// <summary>The rows of the matrix can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) =>
        query is { Operand: 0, Axis: 0 } ? new([0, AxisSplit.Whole], 0, query.Arguments) : null;

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (dtype, k) = (s.Number(), s.Size(max: 20));
        return s.Call(s.Tensor(dtype, [s.Size(), k]), s.Tensor(dtype, [k]));
    }
}
