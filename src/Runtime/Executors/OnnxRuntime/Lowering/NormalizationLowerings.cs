using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Normalizations and softmax. In float64 ONNX's ε, a float32, is not near enough; those run as ours.</summary>
internal static class NormalizationLowerings
{
    private const double FloatEpsilon = 1.1920928955078125e-07;

    public static void Register(LoweringTable table)
    {
        table.Add("aten::layer_norm", node => LayerNorm(node, statistics: false));
        table.Add("aten::native_layer_norm", node => LayerNorm(node, statistics: true));
        table.Add("aten::rms_norm", RmsNorm);
        table.Add("aten::group_norm", node => GroupNorm(node, node.Int("num_groups")));
        table.Add("aten::batch_norm", node => BatchNorm(node, statistics: false));
        table.Add("aten::_native_batch_norm_legit_no_training", node => BatchNorm(node, statistics: true));
        foreach (string name in (string[])["softmax.int", "_softmax"])
            table.Add($"aten::{name}", node => Softmax(node, "Softmax"));
        foreach (string name in (string[])["log_softmax.int", "_log_softmax"])
            table.Add($"aten::{name}", node => Softmax(node, "LogSoftmax"));
    }

    /// <summary>Statistics, where they are asked for, are in the parameters' type.</summary>
    private static bool LayerNorm(NodeLowering node, bool statistics)
    {
        if (Refused(node) is { } reason)
            return node.Decline(reason);
        var normalized = Shape.Create(node.Dims("normalized_shape").AsSpan());
        if (normalized.Any(size => size.Range.Min < 1))
            return node.Decline("rows without elements");
        List<string> inputs = [node.Cast(node.Input("input"), node.Result.DType, DType.Float32), Scale(node, "weight", normalized)];
        if (node.Has("bias"))
            inputs.Add(Parameter(node, "bias"));
        string[] results = node.EmitMany(
            "LayerNormalization", "", statistics ? 3 : 1, [.. inputs], Attributes.Int("axis", -normalized.Rank), Attributes.Float("epsilon", node.Float("eps")));
        return node.Return([.. results.Select((result, i) => node.Convert(result, DType.Float32, node.Node.OutputTypes[i].DType))]);
    }

    private static bool RmsNorm(NodeLowering node)
    {
        if (Refused(node) is { } reason)
            return node.Decline(reason);
        var normalized = Shape.Create(node.Dims("normalized_shape").AsSpan());
        if (normalized.Any(size => size.Range.Min < 1))
            return node.Decline("rows without elements");
        string result = node.Emit(
            "SimplifiedLayerNormalization",
            [node.Cast(node.Input("input"), node.Result.DType, DType.Float32), Scale(node, "weight", normalized)],
            Attributes.Int("axis", -normalized.Rank),
            Attributes.Float("epsilon", node.Has("eps") ? node.Float("eps") : FloatEpsilon));
        return node.Return(node.Convert(result, DType.Float32, node.Result.DType));
    }

    /// <summary>Each group of channels is an instance of its own: [batch, groups, rest]. Weight and bias are by channel.</summary>
    private static bool GroupNorm(NodeLowering node, long groups)
    {
        if (Refused(node) is { } reason)
            return node.Decline(reason);
        var input = node.Type("input");
        if (input.Shape.AsSpan()[1..].ToArray().Any(size => size.Range.Min < 1))
            return node.Decline("groups without elements");
        Dim rest = input.Shape.AsSpan()[2..].ToArray().Aggregate(input.Shape[1] / groups, (product, size) => product * size);
        Shape grouped = [input.Shape[0], groups, rest];
        string value = node.Reshape(node.Cast(node.Input("input"), input.DType, DType.Float32), input.Shape, grouped);
        TensorType parameters = new(DType.Float32, [groups]);
        value = node.Emit("InstanceNormalization", [value, node.Fill(parameters, 1), node.Fill(parameters, 0)], Attributes.Float("epsilon", node.Float("eps")));
        value = node.Reshape(value, grouped, input.Shape);
        if (node.Has("weight"))
            value = node.Emit("Mul", [value, ByChannel(node, "weight", input.Rank)]);
        if (node.Has("bias"))
            value = node.Emit("Add", [value, ByChannel(node, "bias", input.Rank)]);
        return node.Return(node.Convert(value, DType.Float32, input.DType));
    }

    private static bool BatchNorm(NodeLowering node, bool statistics)
    {
        if (Refused(node) is { } reason)
            return node.Decline(reason);
        var input = node.Type("input");
        Shape channels = [input.Shape[1]];
        string result = node.Emit(
            "BatchNormalization",
            [
                node.Cast(node.Input("input"), input.DType, DType.Float32),
                Scale(node, "weight", channels),
                node.Has("bias") ? Parameter(node, "bias") : node.Fill(new(DType.Float32, channels), 0),
                Parameter(node, "running_mean"),
                Parameter(node, "running_var"),
            ],
            Attributes.Float("epsilon", node.Float("eps")));
        result = node.Convert(result, DType.Float32, input.DType);
        string none = statistics ? node.Constant(Tensor.Empty(input.DType, 0)) : "";
        return statistics ? node.Return(result, none, none) : node.Return(result);
    }

    private static bool Softmax(NodeLowering node, string operatorName)
    {
        var (dtype, shape) = (node.Result.DType, node.Result.Shape);
        var computed = dtype.ComputedIn(KernelTypes.Functions)!.Value;
        string value = node.Rounded("self", dtype, computed);
        value = shape.Rank == 0 ? node.Unsqueeze(value, 0) : value;
        value = node.Emit(operatorName, [value], Attributes.Int("axis", node.Axis("dim", Math.Max(shape.Rank, 1))));
        value = shape.Rank == 0 ? node.Emit("Squeeze", [value, node.Integers(0)]) : value;
        return node.Return(node.Convert(value, computed, dtype));
    }

    private static string? Refused(NodeLowering node) => node.Result.DType == DType.Float64 ? "the constant ε is no float64" : null;

    private static string Parameter(NodeLowering node, string parameter) => node.Cast(node.Input(parameter), node.Type(parameter).DType, DType.Float32);

    private static string Scale(NodeLowering node, string parameter, Shape shape) =>
        node.Has(parameter) ? Parameter(node, parameter) : node.Fill(new(DType.Float32, shape), 1);

    private static string ByChannel(NodeLowering node, string parameter, int rank)
    {
        long[] axes = [.. Enumerable.Range(1, rank - 2).Select(axis => (long)axis)];
        return axes.Length == 0 ? Parameter(node, parameter) : node.Unsqueeze(Parameter(node, parameter), axes);
    }
}
