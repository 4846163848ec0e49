using System.Globalization;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Tests.Cuda.Running;

namespace Evergraph.Runtime.Tests.Cuda.Communication;

/// <summary>
/// Calls that follow each other at once, with the number of tokens changing from call to call and no rank waiting for another on the host: what is
/// computed does not drift from what a call alone computes. 10,000 calls on GPUs in two of the ways, fewer in the others and on the emulator.
/// </summary>
[Collection(CudaTest.Name)]
public sealed class BackToBackTests(ITestOutputHelper output)
{
    private const int Inputs = 64, Features = 64;

    private static readonly int[] Tokens = [1, 3, 0, 40, 700, 64, 2, 257, 1000, 5];

    public static TheoryData<int, string> Ways() => new((from ranks in new[] { 2, 4 }
                                                         from way in FlashCommVariant.OfRows.Concat(FlashCommVariant.OfPackedRows).Distinct().Prepend(FlashCommVariant.InTurn)
                                                         select (ranks, way.ToString())).ToArray());

    [Theory]
    [MemberData(nameof(Ways))]
    public void CallsInARowAgreeWithCallsAlone(int ranks, string way)
    {
        RankGraphs.Require(ranks);
        bool isEmulated = Environment.GetEnvironmentVariable("EVERGRAPH_EMULATOR_DEVICES") is { Length: > 0 };
        int calls = isEmulated ? 60 : way is "in turn" or "ring, 2" or "fused, 1, packed" ? 10000 : 500;
        var variant = FlashCommVariant.OfRows.Concat(FlashCommVariant.OfPackedRows).FirstOrDefault(known => known.ToString() == way, FlashCommVariant.InTurn);
        string less = (ranks - 1).ToString(CultureInfo.InvariantCulture);

        // Only what is quantised is packed.
        var operand = variant.IsPacked ? DType.Int8 : DType.BFloat16;
        string row = variant.IsPacked ? "w8a8(x=%0, weight=%1, weight_scale=%3, input_scale=0.01, input_zero_point=2, out_dtype=bfloat16" : "fp(x=%0, weight=%1";

        // A row layer, then a column layer on its shards: every exchange follows another at once.
        using var graph = RankGraphs.OnDevices(
            $"""
            symbol n = 0..1000
            input %0 "x": {operand.Name()}[n, {Inputs}]
            input %1 "w": {operand.Name()}[{Features}, {Inputs}]
            input %2 "v": bfloat16[32, {Features}]
            input %3 "s": float32[{Features}]
            %4 = evergraph::row_linear_maybe_flashcomm_{row}, bias=none, tp_size={ranks}, threshold={(variant.Overlaps ? "2" : "5000")}) : bfloat16[(n + {less}) // {ranks}, {Features}]
            %5 = evergraph::column_linear_maybe_flashcomm_fp(x=%4, weight=%2, bias=none, num_tokens=n, tp_size={ranks}, threshold=100) : bfloat16[n, 32]
            output %5 "y"
            """, ranks, new() { CalibrateFlashComm = false, FlashCommVariant = variant.Overlaps ? variant : null });
        Tensor[] InputsOf(int n, int rank) =>
        [
            RankGraphs.Draw(operand, n + rank, n, Inputs), RankGraphs.Draw(operand, 7 + rank, Features, Inputs), RankGraphs.Draw(DType.BFloat16, 3 + rank, 32, Features),
            RankGraphs.Draw(DType.Float32, 5, Features),
        ];
        var alone = Tokens.ToDictionary(n => n, n => RankGraphs.Run(graph, rank => InputsOf(n, rank)));
        var order = new Random(11);
        int[] sequence = [.. Enumerable.Range(0, calls).Select(_ => Tokens[order.Next(Tokens.Length)])];

        // How far each rank's host came, for whoever looks for what is stuck.
        int[] enqueued = new int[ranks];
        int[] differing = RankThreads.Run(ranks, RankGraphs.Timeout, group =>
        {
            var inputs = Tokens.ToDictionary(n => n, n => (IReadOnlyList<DeviceTensor>)[.. InputsOf(n, group.Rank).Select(input => DeviceTensor.From(input, group.Rank))]);
            var pending = new Queue<(int Tokens, DeviceTensor Result)>();
            int wrong = 0;
            foreach (int n in sequence)
            {
                pending.Enqueue((n, graph.RunOnDevice(inputs[n], group)[0]));
                enqueued[group.Rank]++;

                // Results are looked at long after the calls behind them were enqueued.
                if (pending.Count > 12)
                    wrong += Differs(pending.Dequeue(), group.Rank);
            }

            while (pending.TryDequeue(out var last))
                wrong += Differs(last, group.Rank);
            return wrong;
        });
        Assert.All(differing, count => Assert.Equal(0, count));

        int Differs((int Tokens, DeviceTensor Result) call, int rank)
        {
            using var result = call.Result;
            try
            {
                result.Wait();
            }
            catch (ProcessGroupException)
            {
                output.WriteLine($"rank {rank} waited for a call with {call.Tokens} tokens; calls enqueued by each rank: {string.Join(", ", enqueued)}");
                throw;
            }

            return result.ToTensor().ReadOnlyBytes().SequenceEqual(alone[call.Tokens][rank][0].ReadOnlyBytes()) ? 0 : 1;
        }
    }
}
