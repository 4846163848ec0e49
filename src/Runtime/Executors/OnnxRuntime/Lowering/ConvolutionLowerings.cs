using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Convolutions over one axis or two, with a batch or without. ONNX Runtime has them in float32.</summary>
internal static class ConvolutionLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::conv1d", node => Convolve(node, 1, node.Dims("padding")));
        table.Add("aten::conv2d", node => Convolve(node, 2, node.Dims("padding")));
        table.Add("aten::conv1d.padding", node => ConvolveNamed(node, 1));
        table.Add("aten::conv2d.padding", node => ConvolveNamed(node, 2));

        // Transposed ones are refused at import.
        table.Add("aten::convolution", node => Convolve(node, node.Type("weight").Rank - 2, node.Dims("padding")));
    }

    private static bool Convolve(NodeLowering node, int dimensions, EquatableArray<Dim> padding)
    {
        if (Known(padding, dimensions) is not { } pads)
            return node.Decline("symbolic padding");
        return Convolve(node, dimensions, pads, pads);
    }

    /// <summary>The padding that keeps the sizes; an odd one is larger at the end.</summary>
    private static bool ConvolveNamed(NodeLowering node, int dimensions)
    {
        long[] before = new long[dimensions], behind = new long[dimensions];
        if (node.Text("padding") == "same")
        {
            if (Known(node.Dims("dilation"), dimensions) is not { } dilation || Known([.. node.Type("weight").Shape.ToArray()[2..]], dimensions) is not { } kernel)
                return node.Decline("a symbolic kernel");
            for (int i = 0; i < dimensions; i++)
            {
                long total = dilation[i] * (kernel[i] - 1);
                (before[i], behind[i]) = (total / 2, total - (total / 2));
            }
        }

        return Convolve(node, dimensions, before, behind);
    }

    private static bool Convolve(NodeLowering node, int dimensions, long[] before, long[] behind)
    {
        var input = node.Type("input");
        if (input.DType == DType.Float64)
            return node.Decline("no kernel for float64");
        if (Known(node.Dims("stride"), dimensions) is not { } stride || Known(node.Dims("dilation"), dimensions) is not { } dilation || !node.Dim("groups").TryGetConstant(out long groups))
            return node.Decline("symbolic strides, dilations or groups");
        string Widened(string parameter) => node.Cast(node.Input(parameter), input.DType, DType.Float32);
        bool isBatch = input.Rank == dimensions + 2;
        string value = isBatch ? Widened("input") : node.Unsqueeze(Widened("input"), 0);
        string[] inputs = node.Has("bias") ? [value, Widened("weight"), Widened("bias")] : [value, Widened("weight")];
        value = node.Emit(
            "Conv", inputs, Attributes.Ints("strides", stride), Attributes.Ints("pads", [.. before, .. behind]), Attributes.Ints("dilations", dilation), Attributes.Int("group", groups));
        value = isBatch ? value : node.Emit("Squeeze", [value, node.Integers(0)]);
        return node.Return(node.Convert(value, DType.Float32, input.DType));
    }

    /// <summary>One number for each axis, where one stands for all; null where one is symbolic.</summary>
    private static long[]? Known(EquatableArray<Dim> dims, int dimensions)
    {
        if (dims.Any(dim => !dim.IsConstant))
            return null;
        long[] numbers = [.. dims.Select(dim => dim.Value)];
        return numbers.Length == dimensions ? numbers : [.. Enumerable.Repeat(numbers[0], dimensions)];
    }
}
