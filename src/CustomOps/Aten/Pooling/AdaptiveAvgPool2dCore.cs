namespace Evergraph.CustomOps.Aten;

/// <summary>The averages over a grid of so many parts of each plane, as decomposition writes it; see <see cref="AdaptiveAveragePooling"/>.</summary>
[CustomOp("aten::_adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor")]
public static partial class AdaptiveAvgPool2dCore
{
    /// <summary>[batch, channels, output_size...], without batch where the input has none.</summary>
    public static TensorType Fake(TensorType self, Dim[] output_size) => AdaptiveAveragePooling.Check(self, output_size);

    /// <summary>The averages.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] output_size) => AdaptiveAveragePooling.Run(self, output_size[0], output_size[^1]);

    /// <summary>Batch and channels can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => PoolingShapes.SplitAxis(query);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => AdaptiveAveragePooling.Sample(s);
}
