namespace Evergraph.CustomOps.Aten;

/// <summary>What the fakes of norms ask of weights and biases.</summary>
internal static class NormParameters
{
    /// <summary>
    /// Weight and bias, where present, have the input's type; or both are float32 while the input is a 16-bit type.
    /// </summary>
    /// <returns>The type of the statistics: the parameters'.</returns>
    /// <exception cref="ShapeException">The types are mixed otherwise.</exception>
    public static DType Check(TensorType input, params ReadOnlySpan<TensorType?> parameters)
    {
        Operands.RequireFloating(input, "input");
        var dtype = input.DType;
        foreach (var parameter in parameters)
        {
            if (parameter is not null)
                dtype = parameter.DType;
        }

        foreach (var parameter in parameters)
        {
            Require(
                parameter is null || parameter.DType == dtype,
                $"the parameters have different element types: expected {dtype.Name()} for all, given {parameter?.DType.Name()}");
        }

        Require(
            dtype == input.DType || (dtype == DType.Float32 && input.DType.Size() == 2),
            $"the parameters have another element type than the input: expected {input.DType.Name()}{(input.DType.Size() == 2 ? " or float32" : "")}, given {dtype.Name()}");
        return dtype;
    }

    /// <summary>Checks that the input ends with the normalized shape, and that parameters have it.</summary>
    /// <exception cref="ShapeException">They do not.</exception>
    public static void CheckShapes(TensorType input, Dim[] normalizedShape, params ReadOnlySpan<TensorType?> parameters)
    {
        Require(normalizedShape.Length >= 1, "normalized_shape is empty: expected one size or more");
        Require(
            input.Rank >= normalizedShape.Length,
            $"the input has fewer dimensions than normalized_shape: expected {normalizedShape.Length} or more, given {input}");
        for (int i = 0; i < normalizedShape.Length; i++)
            Require(input.Shape[input.Rank - normalizedShape.Length + i] == normalizedShape[i], $"the input does not end with normalized_shape at its size {i}");
        foreach (var parameter in parameters)
        {
            if (parameter is null)
                continue;
            Operands.RequireRank(parameter, normalizedShape.Length, "a parameter");
            for (int i = 0; i < normalizedShape.Length; i++)
                Require(parameter.Shape[i] == normalizedShape[i], $"a parameter does not have normalized_shape at its size {i}");
        }
    }

    /// <summary>Every axis before the normalized ones can be cut; the parameters stay whole.</summary>
    public static AxisSplit? SplitLeading(AxisQuery query, int normalized)
    {
        if (query.Operand != 0 || query.Axis >= query.Type.Rank - normalized)
            return null;
        var axes = new int[query.OperandTypes.Length];
        Array.Fill(axes, AxisSplit.Whole);
        axes[0] = query.Axis;
        return new(EquatableArray<int>.Own(axes), query.Axis, query.Arguments);
    }

    /// <summary>The parameters' type that a sample draws for an input.</summary>
    public static DType Draw(SampleBuilder s, DType input) => input.Size() == 2 && s.Coin() ? DType.Float32 : input;
}
