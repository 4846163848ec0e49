namespace Evergraph.CustomOps;

/// <summary>Legal inputs of the four operators: any number of tokens around the threshold, also none, on 1 to 4 ranks.</summary>
internal static class FlashCommSamples
{
    /// <summary>A call of a row operator.</summary>
    public static OperatorSample Row(SampleBuilder s, bool quantized)
    {
        int ranks = s.Pick(1, 2, 3, 4);
        s.OnRanks(ranks);
        Dim tokens = s.Size(0, 9), inputs = s.Size(0, 5), outputs = s.Size(0, 5);
        var (bias, biasType) = (s.Coin(), s.Floating());
        object?[] operands = quantized
            ? Quantized(s, [.. Batch(s), tokens, inputs], inputs, outputs, bias ? s.Shared(s.Floating(), [outputs]) : null)
            : [s.Tensor(biasType, [.. Batch(s), tokens, inputs]), s.Tensor(biasType, [outputs, inputs]), bias ? s.Shared(biasType, [outputs]) : null];
        return s.Call([.. operands, ranks, s.Coin(), s.Next(0, 9), s.Coin(), "tp", .. OutType(s, quantized)]);
    }

    /// <summary>A call of a column operator.</summary>
    public static OperatorSample Column(SampleBuilder s, bool quantized)
    {
        int ranks = s.Pick(1, 2, 3, 4);
        s.OnRanks(ranks);
        Dim tokens = s.Size(0, 9), inputs = s.Size(0, 5), outputs = s.Size(0, 5);
        var (bias, biasType) = (s.Coin(), s.Floating());
        var shard = Dim.CeilDiv(tokens, ranks);
        object?[] operands = quantized
            ? Quantized(s, [.. Batch(s), shard, inputs], inputs, outputs, bias ? s.Tensor(s.Floating(), [outputs]) : null)
            : [s.Tensor(biasType, [.. Batch(s), shard, inputs]), s.Tensor(biasType, [outputs, inputs]), bias ? s.Tensor(biasType, [outputs]) : null];
        return s.Call([.. operands, tokens, ranks, s.Coin(), s.Next(0, 9), s.Coin(), "tp", .. OutType(s, quantized)]);
    }

    /// <summary>A call of the quantised linear operator without communication.</summary>
    public static OperatorSample Linear(SampleBuilder s)
    {
        Dim inputs = s.Size(0, 5), outputs = s.Size(0, 5);
        return s.Call([.. Quantized(s, [.. Batch(s), s.Size(), inputs], inputs, outputs, s.Coin() ? s.Tensor(s.Floating(), [outputs]) : null), .. OutType(s, true)]);
    }

    private static object?[] Quantized(SampleBuilder s, Shape x, Dim inputs, Dim outputs, SampleTensor? bias) =>
    [
        s.Coin() ? s.Tensor(DType.Int8, x, -128, 128) : s.Tensor(s.Floating(), x),
        s.Tensor(DType.Int8, [outputs, inputs], -128, 128),
        s.Tensor(s.Floating(), [outputs], 0.01, 0.1),
        bias,
        s.Pick(0.02, 0.5),
        s.Next(-128, 127),
    ];

    private static Dim[] Batch(SampleBuilder s) => s.Sizes(s.Next(0, 2), 0, 3);

    private static object?[] OutType(SampleBuilder s, bool quantized) => quantized && s.Coin() ? [s.Floating()] : [];
}
