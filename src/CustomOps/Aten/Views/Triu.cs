namespace Evergraph.CustomOps.Aten;

/// <summary>The upper triangles of matrices, from a diagonal on; zeros below.</summary>
[CustomOp("aten::triu(Tensor self, SymInt diagonal=0) -> Tensor")]
public static partial class Triu
{
    public static TensorType Fake(TensorType self, Dim diagonal) => Triangle.Infer(self);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long diagonal) => Triangle.Keep(self, diagonal, lower: false);

    public static AxisSplit? SplitAxis(AxisQuery query) => Triangle.Split(query);

    public static OperatorSample Sample(SampleBuilder s) => Triangle.Draw(s);
}
