using System.Globalization;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Tests.Cuda.Running;

namespace Evergraph.Runtime.Tests.Cuda.Communication;

/// <summary>W8A8 row layers whose partial sums travel packed, against sums in doubles of products in integers.</summary>
[Collection(CudaTest.Name)]
public sealed class PackedSumsOnDevicesTests(ITestOutputHelper output)
{
    private const int Inputs = 64, Features = 192, ZeroPoint = 3;
    private const double Scale = 0.02;

    public static TheoryData<int, string> Ways() => new((from ranks in new[] { 2, 3, 4 }
                                                         from way in FlashCommVariant.OfPackedRows
                                                         select (ranks, way.ToString())).ToArray());

    // Parts of fewer than 128 rows travel as they are; of more than two tiles there are chunks.
    [Theory]
    [MemberData(nameof(Ways))]
    public void NumbersAreWithinTheirRoundings(int ranks, string way)
    {
        RankGraphs.Require(ranks);
        int seed = Random.Shared.Next(1 << 20);
        output.WriteLine($"seed {seed}");
        foreach (var (batches, hasBias) in new[] { (1, true), (3, false) })
        {
            using var graph = Graph(ranks, batches, hasBias, way);
            foreach (int tokens in new[] { 0, 1, 257, 700, 1101, 257 })
            {
                var layer = new Layer(seed, ranks, batches, tokens, hasBias);
                var given = RankGraphs.Run(graph, layer.InputsOf);
                for (int rank = 0; rank < ranks; rank++)
                    layer.Check(given[rank][0], rank, isRing: way.StartsWith("ring", StringComparison.Ordinal) || way.StartsWith("copies", StringComparison.Ordinal), $"seed {seed}, {way}, {ranks} ranks, {batches} batches, {tokens} tokens, rank {rank}");
            }
        }
    }

    [Theory]
    [InlineData(2, "slots by copies, 1, packed")]
    [InlineData(4, "slots by copies, 1, packed")]
    [InlineData(2, "fused, 1, packed")]
    [InlineData(4, "fused, 1, packed")]
    [InlineData(2, "ring, 1, packed")]
    [InlineData(4, "ring, 1, packed")]
    public void NoWorseThanARingInBFloat16(int ranks, string way)
    {
        RankGraphs.Require(ranks);
        int seed = Random.Shared.Next(1 << 20), tokens = 1200;
        using var graph = Graph(ranks, 1, hasBias: false, way);
        var layer = new Layer(seed, ranks, 1, tokens, hasBias: false);
        var given = RankGraphs.Run(graph, layer.InputsOf);
        double[] ours = new double[Features], ring = new double[Features];
        for (int rank = 0; rank < ranks; rank++)
            layer.AddSquares(given[rank][0], rank, ours, ring);

        // Over all, and of every feature, large ones and small ones beside them. A feature's ratio is 0.93 with two ranks, give or take 0.025 with so many tokens;
        // where features share a scale, those beside large ones have 3 to 4.5.
        double[] ratios = [.. ours.Zip(ring, (a, b) => Math.Sqrt(a / b))];
        output.WriteLine($"{way}, {ranks} ranks, seed {seed}: error beside the ring's {Math.Sqrt(ours.Sum() / ring.Sum()):F3}, of features {ratios.Min():F3} to {ratios.Max():F3}");
        Assert.True(ours.Sum() <= ring.Sum(), $"seed {seed}: squares of errors {ours.Sum():R}, the ring's {ring.Sum():R}");
        Assert.All(ratios, ratio => Assert.True(ratio < 1.1, $"seed {seed}: a feature's error is {ratio:F3} times the ring's"));
    }

    [Fact]
    public void WhoDoesNotWantItDoesWithout()
    {
        RankGraphs.Require(2);
        string[] With(bool packs)
        {
            using var graph = RankGraphs.OnDevices(Text(2, 1, hasBias: false), 2, new() { PackSums = packs, KernelCache = "" });
            var layer = new Layer(1, 2, 1, 64, hasBias: false);
            RankGraphs.Run(graph, layer.InputsOf);
            return [.. graph.FlashCommChoices];
        }

        Assert.Contains("packed", Assert.Single(With(packs: true)), StringComparison.Ordinal);
        Assert.DoesNotContain("packed", Assert.Single(With(packs: false)), StringComparison.Ordinal);
    }

    // As ranks that are processes may have other options each.
    [Fact]
    public void OneRankThatDoesNotWantItIsEnough()
    {
        RankGraphs.Require(2);
        using var with = RankGraphs.OnDevices(Text(2, 1, hasBias: false), 2, new() { KernelCache = "" });
        using var without = RankGraphs.OnDevices(Text(2, 1, hasBias: false), 2, new() { PackSums = false, KernelCache = "" });
        var layer = new Layer(3, 2, 1, 700, hasBias: false);
        var given = RankThreads.Run(2, RankGraphs.Timeout, group => (group.Rank == 0 ? with : without).Run(layer.InputsOf(group.Rank), group)[0].Clone());
        for (int rank = 0; rank < 2; rank++)
            layer.Check(given[rank], rank, isRing: true, $"rank {rank}");

        // What rank 0 says.
        Assert.DoesNotContain("packed", Assert.Single(with.FlashCommChoices), StringComparison.Ordinal);
    }

    private static CompiledGraph Graph(int ranks, int batches, bool hasBias, string way) => RankGraphs.OnDevices(
        Text(ranks, batches, hasBias), ranks,
        new() { CalibrateFlashComm = false, FlashCommVariant = FlashCommVariant.OfPackedRows.Single(known => known.ToString() == way) });

    private static string Text(int ranks, int batches, bool hasBias) => string.Create(CultureInfo.InvariantCulture, $"""
        symbol n = 0..1200
        input %0 "x": int8[{batches}, n, {Inputs}]
        input %1 "w": int8[{Features}, {Inputs}]
        input %2 "s": float32[{Features}]
        input %3 "b": bfloat16[{Features}]
        %4 = evergraph::row_linear_maybe_flashcomm_w8a8(x=%0, weight=%1, weight_scale=%2, bias={(hasBias ? "%3" : "none")}, input_scale={Scale}, input_zero_point={ZeroPoint}, tp_size={ranks}, threshold=0, out_dtype=bfloat16) : bfloat16[{batches}, (n + {ranks - 1}) // {ranks}, {Features}]
        output %4 "y"
        """);

    /// <summary>Operands of all ranks, and each rank's partial sums in doubles.</summary>
    private sealed class Layer
    {
        private readonly int _ranks;
        private readonly int _tokens;
        private readonly int _part;
        private readonly bool _hasBias;
        private readonly Tensor[][] _inputs;
        private readonly double[][] _partial;
        private readonly double[][] _largest;

        public Layer(int seed, int ranks, int batches, int tokens, bool hasBias)
        {
            (_ranks, _tokens, _hasBias) = (ranks, tokens, hasBias);
            _part = (tokens + ranks - 1) / ranks;
            var scale = RankGraphs.Draw(DType.Float32, seed + 1, Features);
            for (int feature = 0; feature < Features; feature++)
                scale.Span<float>()[feature] = (Math.Abs(scale.Span<float>()[feature]) + 0.1f) * (feature % 50 == 7 ? 200 : feature % 3 == 0 ? 0.03f : 1);
            var bias = RankGraphs.Draw(DType.BFloat16, seed + 2, Features);
            _inputs = [.. Enumerable.Range(0, ranks).Select(rank => new[]
            {
                RankGraphs.Draw(DType.Int8, seed + 10 + rank, batches, tokens, Inputs), RankGraphs.Draw(DType.Int8, seed + 30 + rank, Features, Inputs), scale, bias,
            })];
            _partial = [.. _inputs.Select(Partial)];
            _largest = [.. _partial.Select(partial =>
            {
                double[] largest = new double[Features];
                for (int i = 0; i < partial.Length; i++)
                    largest[i % Features] = Math.Max(largest[i % Features], Math.Abs(partial[i]));
                return largest;
            })];
        }

        public Tensor[] InputsOf(int rank) => _inputs[rank];

        public void Check(Tensor result, int rank, bool isRing, string what)
        {
            ReadOnlySpan<BFloat16> given = result.ReadOnlySpan<BFloat16>();
            for (int i = 0; i < given.Length; i++)
            {
                int row = i / Features, feature = i % Features, token = (rank * _part) + (row % _part);
                if (token >= _tokens)
                {
                    Assert.True((float)given[i] == 0, $"{what}: row {row} is padding and not 0");
                    continue;
                }

                int at = ((((row / _part) * _tokens) + token) * Features) + feature;
                double expected = Exact(at), allowed = (Math.Abs(expected) / 256) + 1e-6;
                for (int other = 0; other < _ranks; other++)
                    allowed += isRing ? _largest.Sum(largest => largest[feature]) / 256 : other == rank ? Math.Abs(_partial[other][at]) / 256 : Math.Max(Math.Abs(_partial[other][at]) / 256, _largest[other][feature] * 1.14 / 1022);
                Assert.True(Math.Abs((float)given[i] - expected) <= allowed, $"{what}: row {row}, feature {feature}: expected {expected:R} ± {allowed:R}, given {given[i]}");
            }
        }

        /// <summary>Adds the squares of this rank's errors, and of those that a ring has whose sums are rounded at each rank.</summary>
        public void AddSquares(Tensor result, int rank, double[] ours, double[] ring)
        {
            ReadOnlySpan<BFloat16> given = result.ReadOnlySpan<BFloat16>();
            for (int i = 0; i < given.Length; i++)
            {
                int at = (rank * _part * Features) + i;
                float sum = 0;
                for (int step = 1; step <= _ranks; step++)
                {
                    float own = (float)(BFloat16)(float)_partial[(rank + step) % _ranks][at];
                    sum = step == 1 ? own : (float)(BFloat16)(sum + own);
                }

                ours[i % Features] += Math.Pow((float)given[i] - Exact(at), 2);
                ring[i % Features] += Math.Pow(sum - Exact(at), 2);
            }
        }

        private double Exact(int at) =>
            _partial.Sum(partial => partial[at]) + (_hasBias ? (float)_inputs[0][3].ReadOnlySpan<BFloat16>()[at % Features] : 0);

        private static double[] Partial(Tensor[] inputs)
        {
            ReadOnlySpan<sbyte> x = inputs[0].ReadOnlySpan<sbyte>(), weight = inputs[1].ReadOnlySpan<sbyte>();
            ReadOnlySpan<float> scale = inputs[2].ReadOnlySpan<float>();
            double[] partial = new double[x.Length / Inputs * Features];
            for (int i = 0; i < partial.Length; i++)
            {
                int sum = 0;
                for (int k = 0; k < Inputs; k++)
                    sum += (x[(i / Features * Inputs) + k] - ZeroPoint) * weight[(i % Features * Inputs) + k];
                partial[i] = sum * (scale[i % Features] * Scale);
            }

            return partial;
        }
    }
}
