using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

/// <summary>One layer with its numbers: the operands of each rank, the operator, and what float64 says the result is.</summary>
internal sealed class FlashCommCase
{
    public required bool IsRow { get; init; }

    public required bool IsQuantized { get; init; }

    public required int Ranks { get; init; }

    public required long[] Batch { get; init; }

    public required long Tokens { get; init; }

    /// <summary>Input features: of all ranks together on a row layer.</summary>
    public required int Inputs { get; init; }

    /// <summary>Output features: of all ranks together on a column layer.</summary>
    public required int Outputs { get; init; }

    public required DType XType { get; init; }

    public required bool HasBias { get; init; }

    public DType? OutType { get; init; }

    /// <summary>Row: reduce_results. Column: gather_output.</summary>
    public bool Flag { get; init; } = true;

    public double InputScale { get; init; } = 0.05;

    public long ZeroPoint { get; init; }

    public string Group { get; init; } = "tp";

    /// <summary>Runs the vectorised implementation instead of the plain one.</summary>
    public bool IsVectorized { get; init; }

    public Tensor X { get; private set; } = null!;

    public Tensor Weight { get; private set; } = null!;

    public Tensor? WeightScale { get; private set; }

    public Tensor? Bias { get; private set; }

    public DType ResultType => OutType ?? (XType.IsFloating() ? XType : DType.Float32);

    public long Rows => Batch.Aggregate(1L, (product, size) => product * size) * Tokens;

    public long Shard => (Tokens + Ranks - 1) / Ranks;

    /// <summary>Draws the numbers.</summary>
    public FlashCommCase Fill(Random random)
    {
        X = Numbers.Draw(random, XType, [.. Batch, Tokens, Inputs]);
        Weight = Numbers.Draw(random, IsQuantized ? DType.Int8 : XType, [Outputs, Inputs]);
        WeightScale = IsQuantized ? Numbers.From(DType.Float32, [Outputs], _ => 0.01 + (random.NextDouble() * 0.1)) : null;
        Bias = HasBias ? Numbers.Draw(random, IsQuantized ? DType.Float32 : XType, [Outputs]) : null;
        return this;
    }

    /// <summary>Uses these numbers instead of drawn ones.</summary>
    public FlashCommCase With(Tensor x, Tensor weight, Tensor? bias, Tensor? weightScale = null)
    {
        (X, Weight, Bias, WeightScale) = (x, weight, bias, weightScale);
        return this;
    }

    /// <summary>Runs the operator on one rank, with its parts of the operands.</summary>
    public Tensor Run(int rank, long threshold, bool enabled)
    {
        var x = IsRow ? Numbers.Part(X, X.Rank - 1, Ranks, rank) : Numbers.PaddedPart(X, X.Rank - 2, Ranks, rank, IsQuantized && XType == DType.Int8 ? ZeroPoint : 0);
        var weight = Numbers.Part(Weight, IsRow ? 1 : 0, Ranks, rank);
        var bias = Bias is null || IsRow ? Bias : Numbers.Part(Bias, 0, Ranks, rank);
        var scale = WeightScale is null || IsRow ? WeightScale : Numbers.Part(WeightScale, 0, Ranks, rank);
        return (IsVectorized, IsRow, IsQuantized) switch
        {
            (false, true, false) => RowLinearMaybeFlashCommFp.Real(x, weight, bias, Ranks, Flag, threshold, enabled, Group),
            (false, true, true) => RowLinearMaybeFlashCommW8A8.Real(x, weight, scale!, bias, InputScale, ZeroPoint, Ranks, Flag, threshold, enabled, Group, OutType),
            (false, false, false) => ColumnLinearMaybeFlashCommFp.Real(x, weight, bias, Tokens, Ranks, Flag, threshold, enabled, Group),
            (false, false, true) => ColumnLinearMaybeFlashCommW8A8.Real(x, weight, scale!, bias, InputScale, ZeroPoint, Tokens, Ranks, Flag, threshold, enabled, Group, OutType),
            (true, true, false) => VectorizedRowLinearMaybeFlashCommFp.Run(x, weight, bias, Ranks, Flag, threshold, enabled, Group),
            (true, true, true) => VectorizedRowLinearMaybeFlashCommW8A8.Run(x, weight, scale!, bias, InputScale, ZeroPoint, Ranks, Flag, threshold, enabled, Group, OutType),
            (true, false, false) => VectorizedColumnLinearMaybeFlashCommFp.Run(x, weight, bias, Tokens, Ranks, Flag, threshold, enabled, Group),
            (true, false, true) => VectorizedColumnLinearMaybeFlashCommW8A8.Run(x, weight, scale!, bias, InputScale, ZeroPoint, Tokens, Ranks, Flag, threshold, enabled, Group, OutType),
        };
    }

    /// <summary>The type that the fake gives over symbolic tokens and batches, and the graph it is in.</summary>
    public (TensorType Type, TensorGraph Graph) Trace(long threshold = 1000, bool enabled = true)
    {
        var symbols = Batch.Select((_, i) => new Symbol($"b{i}", 0, Symbol.Unbounded)).ToArray();
        var n = new Symbol("n", 0, Symbol.Unbounded);
        Dim tokens = IsRow ? n : Dim.CeilDiv(n, Ranks);
        Shape shape = [.. symbols.Select(symbol => (Dim)symbol), tokens, IsRow ? Inputs / Ranks : Inputs];
        int features = IsRow ? Outputs : Outputs / Ranks;
        var inputs = new List<GraphInput>
        {
            new("x", new(XType, shape)),
            new("weight", new(Weight.DType, [features, shape[shape.Rank - 1]])),
            new("n", new(DType.Int64, []), n),
        };
        if (WeightScale is not null)
            inputs.Add(new("scale", new(WeightScale.DType, [features])));
        if (Bias is not null)
            inputs.Add(new("bias", new(Bias.DType, [features])));
        var graph = Tracer.Trace(inputs, tensors => [Invoke(tensors[0], tensors[1], WeightScale is null ? null : tensors[3], Bias is null ? null : tensors[^1], n, threshold, enabled)]);
        return (graph.TypeOf(graph.Outputs[0].Value), graph);
    }

    /// <summary>The fake's sizes at this case's tokens and batches.</summary>
    public long[] FakeSizes() => Trace().Type.Shape.Evaluate(symbol => symbol.Name == "n" ? Tokens : Batch[int.Parse(symbol.Name[1..])]);

    /// <summary>x·wᵀ + b in float64 over the dequantised operands, and how large the numbers are that were added.</summary>
    public (double[] Values, double[] Magnitudes) Oracle()
    {
        double[] x = Dequantized(), w = Numbers.ToDoubles(Weight);
        double[]? bias = Bias is null ? null : Numbers.ToDoubles(Bias);
        if (WeightScale is not null)
        {
            var scale = Numbers.ToDoubles(WeightScale);
            for (int i = 0; i < w.Length; i++)
                w[i] *= scale[i / Inputs];
        }

        var values = new double[Rows * Outputs];
        var magnitudes = new double[values.Length];
        for (long row = 0; row < Rows; row++)
        {
            for (int j = 0; j < Outputs; j++)
            {
                double sum = bias?[j] ?? 0, magnitude = Math.Abs(sum);
                for (int k = 0; k < Inputs; k++)
                {
                    double product = x[(row * Inputs) + k] * w[(j * Inputs) + k];
                    sum += product;
                    magnitude += Math.Abs(product);
                }

                values[(row * Outputs) + j] = sum;
                magnitudes[(row * Outputs) + j] = magnitude;
            }
        }

        return (values, magnitudes);
    }

    private double[] Dequantized()
    {
        var x = Numbers.ToDoubles(X);
        if (!IsQuantized)
            return x;
        for (int i = 0; i < x.Length; i++)
        {
            double quotient = XType == DType.Float64 ? x[i] / InputScale : (float)x[i] / (float)InputScale;
            double quantized = XType == DType.Int8 ? x[i] : Math.Clamp(Math.Round(quotient) + ZeroPoint, -128, 127);
            x[i] = (quantized - ZeroPoint) * InputScale;
        }

        return x;
    }

    private Tensor Invoke(Tensor x, Tensor weight, Tensor? scale, Tensor? bias, Dim tokens, long threshold, bool enabled) => (IsRow, IsQuantized) switch
    {
        (true, false) => RowLinearMaybeFlashCommFp.Invoke(x, weight, bias, Ranks, Flag, threshold, enabled, Group),
        (true, true) => RowLinearMaybeFlashCommW8A8.Invoke(x, weight, scale!, bias, InputScale, ZeroPoint, Ranks, Flag, threshold, enabled, Group, OutType),
        (false, false) => ColumnLinearMaybeFlashCommFp.Invoke(x, weight, bias, tokens, Ranks, Flag, threshold, enabled, Group),
        _ => ColumnLinearMaybeFlashCommW8A8.Invoke(x, weight, scale!, bias, InputScale, ZeroPoint, tokens, Ranks, Flag, threshold, enabled, Group, OutType),
    };

    public override string ToString() =>
        $"{(IsVectorized ? "vectorised " : "")}{(IsRow ? "row" : "column")} {(IsQuantized ? "w8a8" : "fp")}, {Ranks} ranks, x {XType.Name()}[{string.Join(", ", [.. Batch, Tokens, Inputs])}], "
        + $"{Outputs} outputs, bias {HasBias}, out {OutType?.Name() ?? "-"}, {(IsRow ? "reduce" : "gather")} {Flag}, zero-point {ZeroPoint}";
}
