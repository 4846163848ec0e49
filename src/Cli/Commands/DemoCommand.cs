using System.CommandLine;
using System.Globalization;
using Evergraph.Cli.Models;
using Evergraph.CustomOps;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Graph.Views;
using Evergraph.Runtime;
using Evergraph.Samples.Qwen3;

namespace Evergraph.Cli.Commands;

/// <summary><c>evergraph demo</c>: one trace of a small Qwen3, split over ranks, at token counts around the threshold.</summary>
internal static class DemoCommand
{
    private const int Threshold = 1000;
    private const double Tolerance = 1e-4;
    private static readonly int[] RankCounts = [1, 2, 4];
    private static readonly int[] TokenCounts = [0, 1, 2, 7, 999, 1000, 1001, 1500, 4096];

    public static Command Create(Streams streams, Dispatcher dispatcher)
    {
        var folder = new Option<DirectoryInfo>("--output", "-o")
        {
            Description = "Where the graphs before and after the passes are written.",
            DefaultValueFactory = _ => new("evergraph-demo"),
            HelpName = "FOLDER",
        };
        var backend = CommonOptions.Backend();
        var json = CommonOptions.Json();
        var command = new Command("demo", "Needs no files: traces a small Qwen3, splits it, crosses the threshold, compares, writes pictures.") { folder, backend, json };
        command.SetAction(parsed => Run(streams, dispatcher, Backends.Choose(parsed.GetValue(backend)), parsed.GetRequiredValue(folder), parsed.GetValue(json)));
        return command;
    }

    private static int Run(Streams streams, Dispatcher dispatcher, BackendChoice choice, DirectoryInfo folder, bool json)
    {
        var config = Qwen3Config.Small;
        var traced = new Qwen3Model(config, Qwen3Weights.Seeded(config, seed: 7)).Trace(maxTokens: 8192);
        if (!json)
        {
            streams.Output.WriteLine($"Qwen3 with {config.Layers} layers, hidden {config.HiddenSize}, {config.Heads} heads over {config.KeyValueHeads}, traced once: {traced.Nodes.Length} nodes, tokens 0 to 8192.");
            streams.Output.WriteLine($"Threshold {Threshold}: above it the maybe-FlashComm operators overlap communication with the product.");
        }

        var expected = new Dictionary<int, Tensor>();

        // As it was traced, on the backend that states what operators mean: a mistake of a pass or of a faster backend shows.
        var unsplit = GraphCompiler.Compile(traced, new() { Backend = Backend.Reference, Passes = [], Dispatcher = dispatcher });
        var rows = new List<DemoRow>();
        var compilations = new List<long>();
        foreach (int ranks in RankCounts)
        {
            using var compiled = GraphCompiler.Compile(
                traced, new() { Backend = choice.Backend.Name, TensorParallel = ranks, FlashComm = new(Threshold, Enabled: true), Dispatcher = dispatcher });
            WritePictures(folder, ranks, traced, compiled.Graph);
            foreach (int tokens in TokenCounts)
            {
                streams.Progress($"{ranks} ranks, {tokens} tokens");
                var ids = Ids(config, tokens);
                if (!expected.TryGetValue(tokens, out var logits))
                    expected.Add(tokens, logits = unsplit.Run(ids)[0]);
                rows.Add(DemoRow.Measure(compiled, config, ids, logits));
            }

            compilations.Add(compiled.Statistics.Compilations);
            if (!json)
                Write(streams, ranks, rows[^TokenCounts.Length..]);
        }

        bool passed = rows.All(row => row.WorstError <= Tolerance && row.BranchIsRight(Threshold));
        if (json)
        {
            streams.WriteJson(new { backend = choice.Backend.Name, threshold = Threshold, rows, compilations = compilations.Max(), passed, pictures = folder.ToString() });
        }
        else
        {
            CommonOptions.Write(streams, choice);
            streams.Output.WriteLine();
            streams.Output.WriteLine($"graphs before and after the passes: {folder}");
            streams.Output.WriteLine(passed ? "every run gives the unsplit model's numbers, on the branch that its tokens ask for" : $"FAILED: an error above {Tolerance} or a wrong branch");
            streams.Output.WriteLine($"compilations: {compilations.Max()}");
        }

        return passed ? CommandLine.Success : CommandLine.No;
    }

    private static void Write(Streams streams, int ranks, IReadOnlyList<DemoRow> rows)
    {
        streams.Output.WriteLine();
        streams.Output.WriteLine($"{ranks} rank{(ranks == 1 ? "" : "s")}");
        streams.WriteTable(
            ["tokens", "branch per layer", "output on each rank", "worst error"],
            [.. rows.Select(row => new[]
            {
                $"{row.Tokens}",
                string.Join(", ", row.Branches),
                string.Join(" ", row.OutputOnRank.Distinct()),
                row.WorstError.ToString("0.0e+00", CultureInfo.InvariantCulture),
            })]);
    }

    private static void WritePictures(DirectoryInfo folder, int ranks, TensorGraph before, TensorGraph after)
    {
        folder.Create();
        foreach (string extension in new[] { ".txt", ".svg", ".dot", ".mmd" })
        {
            foreach (var (name, graph) in new[] { ("before", before), ($"after-{ranks}-ranks", after) })
            {
                var file = new FileInfo(Path.Combine(folder.FullName, $"qwen3.{name}{extension}"));
                GraphFile.Write(graph, file, ranks: 1, () => GraphView.Of(graph, new() { Title = $"qwen3, {name}", Branches = FlashCommBranches.Of }));
            }
        }
    }

    private static Tensor Ids(Qwen3Config config, int tokens)
    {
        var ids = Tensor.Empty(DType.Int64, 1, tokens);
        var random = new Random(tokens);
        foreach (ref long id in ids.Span<long>())
            id = random.Next(config.VocabularySize);
        return ids;
    }
}
