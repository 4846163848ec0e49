namespace Evergraph.CustomOps.Aten;

/// <summary>The lower triangles of matrices, up to a diagonal; zeros above.</summary>
[CustomOp("aten::tril(Tensor self, SymInt diagonal=0) -> Tensor")]
public static partial class Tril
{
    public static TensorType Fake(TensorType self, Dim diagonal) => Triangle.Infer(self);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long diagonal) => Triangle.Keep(self, diagonal, lower: true);

    public static AxisSplit? SplitAxis(AxisQuery query) => Triangle.Split(query);

    public static OperatorSample Sample(SampleBuilder s) => Triangle.Draw(s);
}
