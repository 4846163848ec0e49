using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Format;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Pooling of planes, with a batch or without.</summary>
internal static class PoolingLowerings
{
    private static readonly DTypeSet Maxima = DTypeSet.Of(DType.Float32, DType.Float64, DType.Int8, DType.UInt8);

    public static void Register(LoweringTable table)
    {
        table.Add("aten::max_pool2d", node => MaxPool(node, indices: false));
        table.Add("aten::max_pool2d_with_indices", node => MaxPool(node, indices: true));
        table.Add("aten::avg_pool2d", AveragePool);
        table.Add("aten::adaptive_avg_pool2d", AdaptiveAveragePool);
        table.Add("aten::_adaptive_avg_pool2d", AdaptiveAveragePool);
    }

    private static bool MaxPool(NodeLowering node, bool indices)
    {
        var self = node.Type("self");
        if (self.DType.ComputedIn(Maxima) is not { } computed)
            return node.Decline($"no kernel for {self.DType.Name()}");
        long[] dilation = Pair(node.Ints("dilation"));
        if (dilation is not [1, 1] && Pair(node.Ints("padding")) is not [0, 0])
            return node.Decline("a window that may lie in the padding");
        bool places = indices && node.IsRead(1);
        if (places && computed.IsFloating())
            return node.Decline("the place of a NaN");
        string value = Batched(node, node.Cast(node.Input("self"), self.DType, computed), self.Rank);
        AttributeProto[] attributes = [.. Window(node), Attributes.Ints("dilations", dilation)];
        string[] results = node.EmitMany("MaxPool", "", places ? 2 : 1, [value], attributes);
        if (computed.IsFloating())
            results[0] = WithNaN(node, value, results[0], attributes, computed);
        string maxima = node.Convert(Unbatched(node, results[0], self.Rank), computed, self.DType);
        if (!indices)
            return node.Return(maxima);
        if (!places)
            return node.Return(maxima, node.Fill(node.Node.OutputTypes[1], 0));

        // ONNX counts places through the whole tensor, PyTorch in each plane.
        return node.Return(maxima, node.Emit("Mod", [Unbatched(node, results[1], self.Rank), node.ScalarSize(self.Shape[^2] * self.Shape[^1])]));
    }

    /// <summary>ONNX Runtime passes over NaN, which PyTorch takes for the greatest: where a window has one is the maximum of where they are.</summary>
    private static string WithNaN(NodeLowering node, string value, string maxima, AttributeProto[] attributes, DType dtype)
    {
        string found = node.Emit("MaxPool", [node.Cast(node.Emit("IsNaN", [value]), DType.Bool, dtype)], attributes);
        return node.Emit("Where", [node.Emit("Greater", [found, node.Number(dtype, 0)]), node.Number(dtype, double.NaN), maxima]);
    }

    private static bool AveragePool(NodeLowering node)
    {
        var self = node.Type("self");
        if (self.DType == DType.Float64)
            return node.Decline("no kernel for float64");
        if (node.Has("divisor_override"))
            return node.Decline("a divisor of its own");
        string value = Batched(node, node.Cast(node.Input("self"), self.DType, DType.Float32), self.Rank);
        value = node.Emit("AveragePool", [value], [.. Window(node), Attributes.Int("count_include_pad", node.Bool("count_include_pad"))]);
        return node.Return(node.Convert(Unbatched(node, value, self.Rank), DType.Float32, self.DType));
    }

    /// <summary>Means of whole planes, and of windows where they are all of one size.</summary>
    private static bool AdaptiveAveragePool(NodeLowering node)
    {
        var self = node.Type("self");
        var computed = self.DType.ComputedIn(KernelTypes.Functions)!.Value;
        Dim rows = node.Result.Shape[^2], columns = node.Result.Shape[^1];
        if (rows.Equals(1) && columns.Equals(1))
        {
            string mean = node.Mean(node.Cast(node.Input("self"), self.DType, computed), self.Shape, [self.Rank - 2, self.Rank - 1], keepDims: true, computed);
            return node.Return(node.Convert(mean, computed, self.DType));
        }

        if (computed != DType.Float32)
            return node.Decline("no kernel for float64");
        if (Window(self.Shape[^2], rows) is not { } height || Window(self.Shape[^1], columns) is not { } width)
            return node.Decline("windows of several sizes");
        string value = Batched(node, node.Cast(node.Input("self"), self.DType, computed), self.Rank);
        value = node.Emit("AveragePool", [value], Attributes.Ints("kernel_shape", height, width), Attributes.Ints("strides", height, width));
        return node.Return(node.Convert(Unbatched(node, value, self.Rank), computed, self.DType));
    }

    /// <summary>How many elements each of some parts of a size has, where that is one number.</summary>
    private static long? Window(Dim size, Dim parts) =>
        size.TryGetConstant(out long elements) && parts.TryGetConstant(out long count) && count > 0 && elements % count == 0 ? elements / count : null;

    private static AttributeProto[] Window(NodeLowering node)
    {
        long[] kernel = Pair(node.Ints("kernel_size")), padding = Pair(node.Ints("padding"));
        long[] stride = node.Ints("stride").Length == 0 ? kernel : Pair(node.Ints("stride"));
        return
        [
            Attributes.Ints("kernel_shape", kernel),
            Attributes.Ints("strides", stride),
            Attributes.Ints("pads", [.. padding, .. padding]),
            Attributes.Int("ceil_mode", node.Bool("ceil_mode")),
        ];
    }

    private static long[] Pair(long[] numbers) => [numbers[0], numbers[^1]];

    private static string Batched(NodeLowering node, string value, int rank) => rank == 4 ? value : node.Unsqueeze(value, 0);

    private static string Unbatched(NodeLowering node, string value, int rank) => rank == 4 ? value : node.Emit("Squeeze", [value, node.Integers(0)]);
}
