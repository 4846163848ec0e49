namespace Evergraph.CustomOps.Aten;

/// <summary>Softmax along one axis, as decomposition writes it; see <see cref="SoftmaxRows"/>.</summary>
[CustomOp("aten::_softmax(Tensor self, int dim, bool half_to_float) -> Tensor")]
public static partial class SoftmaxCore
{
    /// <summary>As the input.</summary>
    public static TensorType Fake(TensorType self, long dim, bool half_to_float)
    {
        SoftmaxRows.RefuseHalfToFloat(half_to_float);
        return SoftmaxRows.Check(self, dim, null);
    }

    /// <summary>Softmax along one axis, as decomposition writes it.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, bool half_to_float) => SoftmaxRows.Run(self, dim, self.DType, logarithm: false);

    /// <summary>Every axis but <paramref name="query"/>'s <c>dim</c> can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => SoftmaxRows.SplitAxis(query);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        int rank = s.Next(0, 3);
        return s.Call(s.Tensor(s.Floating(), [.. s.Sizes(rank)]), s.Axis(rank), false);
    }
}
