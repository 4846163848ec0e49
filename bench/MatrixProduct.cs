using Evergraph.Graph;
using static Evergraph.Graph.FakeContext;

namespace Evergraph.Bench;

/// <summary>A product of matrices that is only ever asked for its shape.</summary>
[CustomOp("bench::matrix_product(Tensor self, Tensor mat2) -> Tensor")]
public static partial class MatrixProduct
{
    public static TensorType Fake(TensorType self, TensorType mat2)
    {
        Require(self.Rank == 2 && mat2.Rank == 2, "expected two matrices");
        Require(self.Shape[1] == mat2.Shape[0], "inner sizes differ");
        return new(self.DType, [self.Shape[0], mat2.Shape[1]]);
    }
}
