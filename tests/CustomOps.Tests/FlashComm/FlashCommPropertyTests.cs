using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.CustomOps.Tests;

/// <summary>
/// Both branches of all four operators over generated tokens, ranks, sizes, types, biases and thresholds: against the fake,
/// against each other, and against float64.
/// </summary>
public class FlashCommPropertyTests
{
    private const int Cases = 60;

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, true)]
    [InlineData(false, false, true)]
    [InlineData(false, true, true)]
    public void Both_branches_agree_with_fake_and_float64(bool isRow, bool isQuantized, bool isVectorized)
    {
        for (int seed = 1; seed <= Cases; seed++)
        {
            var random = new Random((seed * 4) + (isRow ? 1 : 0) + (isQuantized ? 2 : 0));
            var layer = Draw(random, isRow, isQuantized, isVectorized);
            long threshold = Pick(random, [0, Math.Max(0, layer.Rows - 1), layer.Rows, layer.Rows + 1, 16, 1000]);
            try
            {
                Check(layer, threshold);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {layer}, threshold {threshold}: {exception.Message}", exception);
            }
        }
    }

    private static void Check(FlashCommCase layer, long threshold)
    {
        // Each rank: as configured, never overlapped, and overlapped wherever there is a token.
        var results = RankThreads.Run(layer.Ranks, group =>
        {
            using var recorder = new CountingRecorder();
            var drawn = layer.Run(group.Rank, threshold, enabled: true);
            var inTurn = layer.Run(group.Rank, 0, enabled: false);
            var overlapped = layer.Run(group.Rank, 0, enabled: true);
            return (Drawn: drawn, InTurn: inTurn, Overlapped: overlapped, recorder.Branches);
        });

        bool communicates = layer.Ranks > 1 && (!layer.IsRow || layer.Flag);
        var fake = layer.FakeSizes();
        foreach (var result in results)
        {
            Assert.Equal([communicates && layer.Rows > threshold, false, communicates && layer.Rows > 0], result.Branches);
            Assert.Equal(fake, result.InTurn.Sizes.ToArray());
            Assert.Equal(layer.ResultType, result.InTurn.DType);
            Assert.True(Numbers.SameBits(result.InTurn, result.Overlapped), "the branches differ");
            Assert.True(Numbers.SameBits(result.InTurn, result.Drawn), "the drawn threshold changes numbers");
            foreach (var tensor in new[] { result.InTurn, result.Overlapped })
                Assert.Equal((0, (long)tensor.ReadOnlyBytes().Length), (tensor.ByteOffset, tensor.Storage.Length));
        }

        Compare(layer, Whole(layer, [.. results.Select(result => result.Overlapped)]));
    }

    /// <summary>The layer's whole result from the ranks' results, token padding checked and dropped.</summary>
    private static double[] Whole(FlashCommCase layer, Tensor[] results)
    {
        if (layer.Ranks == 1)
            return Numbers.ToDoubles(results[0]);
        if (layer.IsRow && !layer.Flag)
            return [.. results.Select(Numbers.ToDoubles).Aggregate((sum, partial) => [.. sum.Zip(partial, (a, b) => a + b)])];
        if (!layer.IsRow)
        {
            if (!layer.Flag)
                return Numbers.Join(results, layer.Batch.Length + 1);
            Assert.All(results, result => Assert.True(Numbers.SameBits(results[0], result), "ranks gathered different features"));
            return Numbers.ToDoubles(results[0]);
        }

        var padded = Numbers.Join(results, layer.Batch.Length);
        var whole = new List<double>();
        for (int i = 0; i < padded.Length; i++)
        {
            long row = i / layer.Outputs % (layer.Shard * layer.Ranks);
            if (row < layer.Tokens)
                whole.Add(padded[i]);
            else
                Assert.Equal(0, padded[i]);
        }

        return [.. whole];
    }

    private static void Compare(FlashCommCase layer, double[] actual)
    {
        var (expected, magnitudes) = layer.Oracle();
        Assert.Equal(expected.Length, actual.Length);
        double sumEpsilon = Numbers.Epsilon(layer.IsQuantized || layer.XType != DType.Float64 ? DType.Float32 : DType.Float64);
        double roundings = Numbers.Epsilon(layer.ResultType) * (layer.Ranks + 3);
        for (int i = 0; i < expected.Length; i++)
        {
            // One rounding for each term that is added, one for each rank's part, and the last ones; float16 also underflows.
            double bound = (magnitudes[i] * ((sumEpsilon * (layer.Inputs + layer.Ranks + 4)) + roundings)) + (layer.ResultType == DType.Float16 ? 1e-6 : 1e-30);
            Assert.True(Math.Abs(expected[i] - actual[i]) <= bound, $"element {i}: expected {expected[i]} within {bound}, given {actual[i]}");
        }
    }

    private static FlashCommCase Draw(Random random, bool isRow, bool isQuantized, bool isVectorized)
    {
        int ranks = Pick(random, [1, 2, 3, 4, 8]);
        bool batched = random.Next(3) == 0;
        int inputs = random.Next(0, 7), outputs = random.Next(1, 6);
        return new FlashCommCase
        {
            IsRow = isRow,
            IsQuantized = isQuantized,
            IsVectorized = isVectorized,
            Ranks = ranks,
            Batch = batched ? [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => (long)random.Next(0, 4))] : [],
            Tokens = Pick(random, [0, 1, ranks - 1, ranks, ranks + 1, random.Next(0, 20), batched ? 17 : 999, batched ? 18 : 1000, batched ? 19 : 1001, random.Next(0, batched ? 300 : 5001)]),
            Inputs = isRow ? inputs * ranks : inputs,
            Outputs = isRow ? outputs : outputs * ranks,
            XType = isQuantized && random.Next(2) == 0 ? DType.Int8 : Floating(random),
            HasBias = random.Next(2) == 0,
            OutType = isQuantized && random.Next(2) == 0 ? Floating(random) : null,
            Flag = random.Next(3) > 0,
            InputScale = Pick(random, [0.02, 0.1]),
            ZeroPoint = Pick(random, [0, -128, 127, random.Next(-128, 128)]),
        }.Fill(random);
    }

    private static DType Floating(Random random) => Pick(random, [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16]);

    private static T Pick<T>(Random random, T[] choices) => choices[random.Next(choices.Length)];
}
