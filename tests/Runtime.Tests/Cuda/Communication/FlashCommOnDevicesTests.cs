using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.FlashComm;

namespace Evergraph.Runtime.Tests.Cuda.Communication;

/// <summary>The maybe-FlashComm operators from device to device against the reference, in all their ways.</summary>
[Collection(CudaTest.Name)]
public sealed class FlashCommOnDevicesTests
{
    // Parts of more than two tiles are cut into chunks: of 600 and 701 tokens over two ranks, of 1101 over four.
    private static readonly int[] Tokens = [0, 1, 2, 3, 7, 64, 257, 600, 701, 1101];

    public static TheoryData<string, int, string> Cases()
    {
        var cases = new TheoryData<string, int, string>();
        foreach (int ranks in new[] { 2, 3, 4 })
        {
            foreach (var way in FlashCommVariant.OfRows.Prepend(FlashCommVariant.InTurn))
                cases.Add("row", ranks, way.ToString());
            foreach (var way in FlashCommVariant.OfColumns.Prepend(FlashCommVariant.InTurn))
                cases.Add("column", ranks, way.ToString());
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void FloatingPointAgrees(string kind, int ranks, string way)
    {
        RankGraphs.Require(ranks);
        foreach (var (type, batches, bias) in new[] { (DType.BFloat16, 1, false), (DType.Float32, 1, true), (DType.Float16, 3, true) })
            Check(Text(kind, ranks, type, batches, bias, quantized: false), kind, ranks, way, type, type, batches, bias, quantized: false);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void W8A8Agrees(string kind, int ranks, string way)
    {
        RankGraphs.Require(ranks);
        foreach (var (type, batches, bias) in new[] { (DType.BFloat16, 1, true), (DType.Float32, 2, false) })
            Check(Text(kind, ranks, type, batches, bias, quantized: true), kind, ranks, way, type, type, batches, bias, quantized: true);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void FeaturesAreGathered(int ranks)
    {
        RankGraphs.Require(ranks);
        string text = $"""
            symbol n = 0..1200
            input %0 "x": float32[(n + {ranks - 1}) // {ranks}, 24]
            input %1 "w": float32[10, 24]
            input %2 "n": bool[n]
            %3 = evergraph::column_linear_maybe_flashcomm_fp(x=%0, weight=%1, bias=none, num_tokens=n, tp_size={ranks}, gather_output=true, threshold=100) : float32[n, {10 * ranks}]
            output %3 "y"
            """;
        Compare(text, ranks, new(), (n, rank) => [RankGraphs.Draw(DType.Float32, 31 + rank, (n + ranks - 1) / ranks, 24), RankGraphs.Draw(DType.Float32, 91 + rank, 10, 24), Tensor.Empty(DType.Bool, [n])], "gathered");
    }

    [Fact]
    public void APartialProductStaysOnItsRank()
    {
        RankGraphs.Require(2);
        const string Text = """
            symbol n = 0..1200
            input %0 "x": bfloat16[n, 16]
            input %1 "w": bfloat16[10, 16]
            input %2 "b": bfloat16[10]
            %3 = evergraph::row_linear_maybe_flashcomm_fp(x=%0, weight=%1, bias=%2, tp_size=2, reduce_results=false) : bfloat16[n, 10]
            output %3 "y"
            """;
        Compare(Text, 2, new(), (n, rank) => [RankGraphs.Draw(DType.BFloat16, rank, n, 16), RankGraphs.Draw(DType.BFloat16, 9 + rank, 10, 16), RankGraphs.Draw(DType.BFloat16, 5, 10)], "partial");
    }

    private static void Check(string text, string kind, int ranks, string way, DType type, DType bias, int batches, bool hasBias, bool quantized)
    {
        var variant = FlashCommVariant.InTurn;
        foreach (var known in FlashCommVariant.OfRows.Concat(FlashCommVariant.OfColumns))
            variant = known.ToString() == way ? known : variant;
        var operand = quantized ? DType.Int8 : type;
        Tensor[] Inputs(int n, int rank)
        {
            int rows = kind == "row" ? n : (n + ranks - 1) / ranks;
            List<Tensor> inputs =
            [
                RankGraphs.Draw(operand, 100 + rank + n, batches, rows, 32),
                RankGraphs.Draw(operand, 7 + rank, 12, 32),
            ];
            if (quantized)
                inputs.Add(RankGraphs.Draw(DType.Float32, kind == "row" ? 3 : 3 + rank, 12));
            if (hasBias)
                inputs.Add(RankGraphs.Draw(bias, kind == "row" ? 5 : 5 + rank, 12));

            // Of a part's rows alone the number of tokens does not follow.
            inputs.Add(Tensor.Empty(DType.Bool, [n]));
            return [.. inputs];
        }

        Compare(text, ranks, new() { FlashCommVariant = variant.Overlaps ? variant : null }, Inputs, $"{kind}, {ranks} ranks, {way}, {type.Name()}, {batches} batches");
    }

    private static string Text(string kind, int ranks, DType type, int batches, bool bias, bool quantized)
    {
        bool isRow = kind == "row";
        string operand = quantized ? "int8" : type.Name(), rows = $"(n + {ranks - 1}) // {ranks}", inRows = isRow ? "n" : rows, outRows = isRow ? rows : "n";
        int next = quantized ? 3 : 2, last = next + (bias ? 1 : 0);
        return $"""
            symbol n = 0..1200
            input %0 "x": {operand}[{batches}, {inRows}, 32]
            input %1 "w": {operand}[12, 32]
            {(quantized ? "input %2 \"s\": float32[12]" : "")}
            {(bias ? $"input %{next} \"b\": {type.Name()}[12]" : "")}
            input %{last} "n": bool[n]
            %{last + 1} = evergraph::{kind}_linear_maybe_flashcomm_{(quantized ? "w8a8" : "fp")}(x=%0, weight=%1{(quantized ? ", weight_scale=%2" : "")}, bias={(bias ? $"%{next}" : "none")}{(quantized ? ", input_scale=0.02, input_zero_point=3" : "")}{(isRow ? "" : ", num_tokens=n")}, tp_size={ranks}, threshold=THRESHOLD{(quantized ? $", out_dtype={type.Name()}" : "")}) : {type.Name()}[{batches}, {outRows}, 12]
            output %{last + 1} "y"
            """.Replace("\n\n", "\n", StringComparison.Ordinal).Replace("\n\n", "\n", StringComparison.Ordinal);
    }

    private static void Compare(string text, int ranks, CudaOptions options, Func<int, int, Tensor[]> inputs, string what)
    {
        // Above every number of tokens the one branch, below all the other.
        bool overlaps = options.FlashCommVariant is not null;
        text = text.Replace("THRESHOLD", overlaps ? "0" : "100000", StringComparison.Ordinal);
        RankGraphs.Compare(text, ranks, Tokens, inputs, options, what);
    }
}
