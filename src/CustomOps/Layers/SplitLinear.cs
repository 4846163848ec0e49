namespace Evergraph.CustomOps.Layers;

/// <summary>The communication of split layers that comes after the product, one after the other.</summary>
internal static class SplitLinear
{
    /// <summary>All features on every rank, where the layer says so.</summary>
    public static Tensor GatherFeatures(ColumnParallelLinear layer, Tensor y) => layer is { GatherOutput: true, TensorParallel: > 1 }
        ? AllGather.Invoke(y, y.Rank - 1, layer.Weight.Data.Sizes[0], layer.TensorParallel)
        : y;

    /// <summary>The sum over the ranks, and after it the bias: so once, not once a rank.</summary>
    public static Tensor Reduce(RowParallelLinear layer, Tensor partial)
    {
        var y = layer.TensorParallel > 1 ? AllReduce.Invoke(partial, layer.TensorParallel) : partial;
        return layer.Bias is { } bias ? Aten.AddTensor.Invoke(y, bias.Value) : y;
    }
}
