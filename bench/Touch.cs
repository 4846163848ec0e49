using Evergraph.Graph;

namespace Evergraph.Bench;

/// <summary>Gives back the same tensor each time, so that a call costs nothing but the call.</summary>
[CustomOp("bench::touch(Tensor x, SymInt[] sizes, float scale=1.0) -> Tensor")]
public static partial class Touch
{
    private static readonly Tensor Result = Tensor.Zeros(DType.Float32, 4, 8);

    public static TensorType Fake(TensorType x, Dim[] sizes, double scale) => new(x.DType, Shape.Of(sizes));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x, long[] sizes, double scale) => Result;
}
