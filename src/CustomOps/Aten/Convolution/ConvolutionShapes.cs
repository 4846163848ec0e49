namespace Evergraph.CustomOps.Aten;

/// <summary>What the fakes of convolutions ask, and the sizes of their results.</summary>
internal static class ConvolutionShapes
{
    /// <summary>Checks input [batch, channels, spatial...] or without batch, weight [out, channels/groups, kernel...] and bias [out].</summary>
    /// <returns>[batch, out, spatial...], without batch where the input has none.</returns>
    /// <exception cref="ShapeException">They are not legal.</exception>
    public static TensorType Check(
        TensorType input, TensorType weight, TensorType? bias, Dim[] stride, Dim[] padding, Dim[] dilation, Dim groups, int dimensions)
    {
        CheckOperands(input, weight, bias, groups, dimensions);
        var result = input.Shape.With(input.Rank - dimensions - 1, weight.Shape[0]);
        for (int i = 0; i < dimensions; i++)
        {
            Dim step = At(stride, i, dimensions, "stride"), pad = At(padding, i, dimensions, "padding");
            Require(pad >= 0, "padding is negative");
            result = Extend(input, weight, result, i, dimensions, step, 2 * pad, At(dilation, i, dimensions, "dilation"));
        }

        return new(input.DType, result);
    }

    /// <summary>As <see cref="Check"/>, where the padding is <c>valid</c> (none) or <c>same</c> (the result has the input's sizes).</summary>
    /// <exception cref="ShapeException">They are not legal, or a step is not 1 with <c>same</c>.</exception>
    public static TensorType CheckNamed(
        TensorType input, TensorType weight, TensorType? bias, Dim[] stride, string padding, Dim[] dilation, Dim groups, int dimensions)
    {
        CheckOperands(input, weight, bias, groups, dimensions);
        Require(padding is "same" or "valid", $"padding is not known: expected 'same' or 'valid', given '{padding}'");
        var result = input.Shape.With(input.Rank - dimensions - 1, weight.Shape[0]);
        for (int i = 0; i < dimensions; i++)
        {
            Dim step = At(stride, i, dimensions, "stride"), spacing = At(dilation, i, dimensions, "dilation");
            if (padding == "same")
                Require(step == 1, "padding 'same' goes with a stride of 1 only");
            Dim total = padding == "same" ? spacing * (weight.Shape[2 + i] - 1) : 0;
            result = Extend(input, weight, result, i, dimensions, step, total, spacing);
        }

        return new(input.DType, result);
    }

    /// <summary>One value for each dimension: PyTorch takes a single one for all.</summary>
    public static Dim At(Dim[] values, int index, int dimensions, string name)
    {
        Require(
            values.Length == dimensions || values.Length == 1,
            $"{name} has the wrong number of values: expected {dimensions}, or 1 for all, given {values.Length}");
        return values[values.Length == 1 ? 0 : index];
    }

    /// <summary>One value for each dimension, in kernels.</summary>
    public static long[] Expand(long[] values, int dimensions) =>
        values.Length == dimensions ? values : [.. Enumerable.Repeat(values[0], dimensions)];

    /// <summary>The batch can be cut; the weights stay whole.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query, int dimensions) =>
        query.Axis == 0 && query.OperandTypes[0].Rank == dimensions + 2 ? NormParameters.SplitLeading(query, 1) : null;

    private static void CheckOperands(TensorType input, TensorType weight, TensorType? bias, Dim groups, int dimensions)
    {
        Require(
            input.Rank == dimensions + 2 || input.Rank == dimensions + 1,
            $"input has the wrong number of dimensions: expected {dimensions + 2}, or {dimensions + 1} without a batch, given {input}");
        Operands.RequireRank(weight, dimensions + 2, "weight");
        Operands.RequireFloating(input, "input");
        Operands.RequireSameDType(input, weight, "weight");
        Operands.RequireSameDType(input, bias, "bias");
        Require(groups >= 1, "groups must be positive");
        Require(input.Shape[input.Rank - dimensions - 1] == weight.Shape[1] * groups, "the input's channels are not the weight's times groups");
        Require(weight.Shape[0] % groups == 0, "the weight's outputs cannot be divided into groups: the remainder");
        Operands.RequireVector(bias, weight.Shape[0], "bias");
    }

    // floor((in + padding − dilation·(kernel − 1) − 1) / stride) + 1
    private static Shape Extend(
        TensorType input, TensorType weight, Shape result, int index, int dimensions, Dim stride, Dim padding, Dim dilation)
    {
        int axis = input.Rank - dimensions + index;
        Require(stride >= 1, "stride must be positive");
        Require(dilation >= 1, "dilation must be positive");
        Require(weight.Shape[2 + index] >= 1, "the kernel is empty");
        var extent = (dilation * (weight.Shape[2 + index] - 1)) + 1;
        var padded = input.Shape[axis] + padding;
        Require(padded >= extent, "the padded input is smaller than the kernel");
        return result.With(axis, Dim.FloorDiv(padded - extent, stride) + 1);
    }
}
