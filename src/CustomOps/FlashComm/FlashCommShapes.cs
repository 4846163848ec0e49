namespace Evergraph.CustomOps;

/// <summary>What the fakes of the four operators, and of the quantised ones without communication, share. They never ask which branch will run: both have these shapes.</summary>
internal static class FlashCommShapes
{
    /// <summary>Checks floating-point operands.</summary>
    /// <returns>The element type of the result.</returns>
    public static DType CheckFloating(TensorType x, TensorType weight, TensorType? bias)
    {
        CheckSizes(x, weight, bias);
        Require(x.DType.IsFloating(), $"x is not floating-point: expected float32, float64, float16 or bfloat16, given {x.DType.Name()}");
        Require(weight.DType == x.DType, $"the weight's element type differs from x's: expected {x.DType.Name()}, given {weight.DType.Name()}");
        Require(bias is null || bias.DType == x.DType, $"the bias's element type differs from x's: expected {x.DType.Name()}, given {bias?.DType.Name()}");
        return x.DType;
    }

    /// <summary>Checks int8 operands whose activations have one scale.</summary>
    /// <returns>The element type of the result: what is asked for, else x's own where it is floating-point, else float32.</returns>
    public static DType CheckQuantized(
        TensorType x, TensorType weight, TensorType weightScale, TensorType? bias, double inputScale, long inputZeroPoint, DType? outType)
    {
        CheckSizes(x, weight, bias);
        Require(x.DType == DType.Int8 || x.DType.IsFloating(), $"x is neither quantised nor floating-point: expected int8 or a floating-point type, given {x.DType.Name()}");
        CheckQuantizedWeight(weight, weightScale, bias);
        Require(inputScale > 0 && double.IsFinite(inputScale), $"input_scale is not a scale: expected a finite number above 0, given {FloatText.Format(inputScale)}");
        Require(inputZeroPoint is >= sbyte.MinValue and <= sbyte.MaxValue, $"input_zero_point is not an int8: expected -128 to 127, given {inputZeroPoint}");
        return CheckResultType(x.DType, outType);
    }

    /// <summary>Checks int8 weights and activations that are quantised row by row.</summary>
    /// <returns>The element type of the result: what is asked for, else x's own.</returns>
    public static DType CheckQuantizedByRow(TensorType x, TensorType weight, TensorType weightScale, TensorType? bias, DType? outType)
    {
        Require(x.Rank >= 1, $"x has no features: expected rank 1 or more, given {x}");
        CheckFeatures(x, weight, bias);
        Require(x.DType.IsFloating(), $"x is not floating-point: expected float32, float64, float16 or bfloat16, given {x.DType.Name()}");
        CheckQuantizedWeight(weight, weightScale, bias);
        return CheckResultType(x.DType, outType);
    }

    /// <summary>The element type of a quantised operator's result.</summary>
    public static DType ResultType(DType x, DType? outType) => outType ?? (x.IsFloating() ? x : DType.Float32);

    /// <summary>The result of a row operator.</summary>
    public static TensorType Row(DType dtype, TensorType x, TensorType weight, long tpSize, bool reduceResults, long threshold)
    {
        CheckSettings(tpSize, threshold);
        int tokens = x.Rank - 2;
        var shape = x.Shape.With(x.Rank - 1, weight.Shape[0]);
        return new(dtype, reduceResults ? shape.With(tokens, Dim.CeilDiv(x.Shape[tokens], tpSize)) : shape);
    }

    /// <summary>The result of a column operator.</summary>
    public static TensorType Column(DType dtype, TensorType x, TensorType weight, Dim numTokens, long tpSize, bool gatherOutput, long threshold)
    {
        CheckSettings(tpSize, threshold);
        int tokens = x.Rank - 2;
        Require(numTokens >= 0, "num_tokens is negative");
        Require(x.Shape[tokens] == Dim.CeilDiv(numTokens, tpSize), "x's rows are not one token-shard, ceil(num_tokens / tp_size)");
        var features = gatherOutput ? weight.Shape[0] * tpSize : weight.Shape[0];
        return new(dtype, x.Shape.With(tokens, numTokens).With(x.Rank - 1, features));
    }

    private static void CheckSettings(long tpSize, long threshold)
    {
        CollectiveShapes.RequireRanks(tpSize);
        Require(threshold >= 0, $"threshold is not a number of tokens: expected 0 or more, given {threshold}");
    }

    private static void CheckQuantizedWeight(TensorType weight, TensorType weightScale, TensorType? bias)
    {
        Require(weight.DType == DType.Int8, $"the weight is not quantised: expected int8, given {weight.DType.Name()}");
        Require(weightScale.Rank == 1 && weightScale.DType.IsFloating(), $"weight_scale is not one floating-point number for each output channel: expected rank 1, given {weightScale}");
        Require(weightScale.Shape[0] == weight.Shape[0], "weight_scale's size is not the weight's number of output channels");
        Require(bias is null || bias.DType.IsFloating(), $"the bias is not floating-point: given {bias?.DType.Name()}");
    }

    private static DType CheckResultType(DType x, DType? outType)
    {
        var result = ResultType(x, outType);
        Require(result.IsFloating(), $"out_dtype is not floating-point: given {result.Name()}");
        return result;
    }

    private static void CheckSizes(TensorType x, TensorType weight, TensorType? bias)
    {
        Require(x.Rank >= 2, $"x has no token axis: expected [..., tokens, features], given {x}");
        CheckFeatures(x, weight, bias);
    }

    private static void CheckFeatures(TensorType x, TensorType weight, TensorType? bias)
    {
        Require(weight.Rank == 2, $"the weight is not a matrix: expected [output features, input features], given {weight}");
        Require(weight.Shape[1] == x.Shape[x.Rank - 1], "the weight's input features differ from x's");
        if (bias is null)
            return;
        Require(bias.Rank == 1, $"the bias is not a vector: expected [output features], given {bias}");
        Require(bias.Shape[0] == weight.Shape[0], "the bias's size is not the weight's number of output features");
    }
}
