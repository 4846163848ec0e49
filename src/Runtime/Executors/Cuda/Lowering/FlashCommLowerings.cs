using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>The maybe-FlashComm operators from device to device; on one rank they are plain linear layers.</summary>
internal static class FlashCommLowerings
{
    // cuBLASLt takes integers whose rows begin at multiples of 16 bytes, and columns in groups of four.
    private const int IntegerInputs = 16, IntegerFeatures = 4;

    public static void Register(LoweringTable table)
    {
        table.Add("evergraph::row_linear_maybe_flashcomm_fp", node => node.Int("tp_size") == 1 ? LinearAlgebraLowerings.Linear(node, "x") : Row(node, null));
        table.Add("evergraph::column_linear_maybe_flashcomm_fp", node => node.Int("tp_size") == 1 ? LinearAlgebraLowerings.Linear(node, "x") : Column(node, null));
        table.Add("evergraph::row_linear_maybe_flashcomm_w8a8", node => node.Int("tp_size") == 1 ? QuantizedLowerings.Static(node) : Row(node, node.Tensor("weight_scale")));
        table.Add("evergraph::column_linear_maybe_flashcomm_w8a8", node => node.Int("tp_size") == 1 ? QuantizedLowerings.Static(node) : Column(node, node.Tensor("weight_scale")));
    }

    private static bool Row(NodeLowering node, LoweredValue? weightScale)
    {
        if (WhyNot(node, weightScale) is { } reason)
            return node.Decline(reason);
        var result = node.Filled("row_linear", node.Result);
        node.Run(Step(node, LayerOf(node, isRow: true, weightScale), weightScale, result, node.Tensor("x").Type.Shape[^2], node.Bool("reduce_results")));
        return node.Return(0, result);
    }

    private static bool Column(NodeLowering node, LoweredValue? weightScale)
    {
        if (WhyNot(node, weightScale) is { } reason)
            return node.Decline(reason);
        int ranks = (int)node.Int("tp_size");
        var layer = LayerOf(node, isRow: false, weightScale);
        var local = node.Filled("column_linear", new(node.Result.DType, node.Result.Shape.With(node.Result.Rank - 1, layer.Features)));
        node.Run(Step(node, layer, weightScale, local, node.Dim("num_tokens"), reduces: true));
        if (!node.Bool("gather_output"))
            return node.Return(0, local);
        var whole = node.Filled("gathered_features", node.Result);
        node.Run(new CollectiveStep(node.Index, CollectiveKind.AllGather, local, whole, node.Result.Rank - 1, ranks));
        return node.Return(0, whole);
    }

    private static string? WhyNot(NodeLowering node, LoweredValue? weightScale)
    {
        if (CollectiveLowerings.WhyNot(node) is { } reason)
            return reason;
        var shape = node.Tensor("weight").Type.Shape;
        if (!shape[0].TryGetConstant(out long features) || !shape[1].TryGetConstant(out long inputs) || features == 0 || inputs == 0)
            return "a weight without elements, or whose sizes vary";
        if (weightScale is null)
            return null;
        return !ProductLowering.FitsInt8(inputs) ? "an int8 product of so many terms can overflow int32"
            : inputs % IntegerInputs != 0 || features % IntegerFeatures != 0
                ? $"int8 products over devices take multiples of {IntegerInputs} inputs and of {IntegerFeatures} outputs on a rank, given {inputs} and {features}" : null;
    }

    private static LayerShape LayerOf(NodeLowering node, bool isRow, LoweredValue? weightScale)
    {
        var weight = node.Tensor("weight").Type;
        return new(isRow, weight.Shape[0].Value, weight.Shape[1].Value, weight.DType, node.Result.DType, weightScale?.Type.DType, (int)node.Int("tp_size"))
        {
            AllowsPacking = node.Device.PackSums,
        };
    }

    private static FlashCommStep Step(NodeLowering node, LayerShape layer, LoweredValue? weightScale, LoweredValue result, Dim tokens, bool reduces)
    {
        int zeroPoint = weightScale is null ? 0 : (int)node.Int("input_zero_point");
        var x = weightScale is null ? node.Tensor("x") : QuantizedLowerings.Quantize(node, node.Tensor("x"));
        var sums = zeroPoint == 0 ? null : QuantizedLowerings.WeightSums(node);
        return new(node.Index, layer, x, node.Tensor("weight"), Bias(node), result, tokens)
        {
            IsEnabled = node.Bool("enabled"),
            Threshold = node.Int("threshold"),
            Reduces = reduces,
            WeightScale = weightScale is null ? null : new(weightScale),
            WeightSums = sums is null ? null : new(sums),
            Scale = weightScale is null ? 1 : node.Float("input_scale"),
            ZeroPoint = zeroPoint,
        };
    }

    /// <summary>The bias in the result's type.</summary>
    private static LoweredValue? Bias(NodeLowering node)
    {
        var (bias, result) = (node.OptionalTensor("bias"), node.Result.DType);
        return bias is null || bias.Type.DType == result ? bias : node.Temporary("bias", new(result, bias.Type.Shape), (scope, index) =>
            scope.Cast(scope.At(bias, index), CTypes.Computed(bias.Type.DType), CTypes.Computed(result)));
    }
}
