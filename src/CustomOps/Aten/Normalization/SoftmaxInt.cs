namespace Evergraph.CustomOps.Aten;

/// <summary>Softmax along one axis; see <see cref="SoftmaxRows"/>.</summary>
[CustomOp("aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor")]
public static partial class SoftmaxInt
{
    /// <summary>As the input, in <paramref name="dtype"/> where given.</summary>
    public static TensorType Fake(TensorType self, long dim, DType? dtype)
    {
        return SoftmaxRows.Check(self, dim, dtype);
    }

    /// <summary>Softmax along one axis.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, DType? dtype) => SoftmaxRows.Run(self, dim, dtype ?? self.DType, logarithm: false);

    /// <summary>Every axis but <paramref name="query"/>'s <c>dim</c> can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => SoftmaxRows.SplitAxis(query);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        int rank = s.Next(0, 3);
        bool converted = s.Coin();
        var self = s.Tensor(converted ? s.Any() : s.Floating(), [.. s.Sizes(rank)]);
        return s.Call(self, s.Axis(rank), converted ? s.Floating() : null);
    }
}
