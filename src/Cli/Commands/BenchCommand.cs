using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Evergraph.Cli.Benchmarking;
using Evergraph.Cli.Models;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Cli.Commands;

/// <summary><c>evergraph bench MODEL</c>: how long a model takes, for each number of tokens, beside others in the same process.</summary>
internal static class BenchCommand
{
    public static Command Create(Streams streams, Dispatcher dispatcher)
    {
        var model = new Argument<FileInfo>("MODEL") { Description = "A PyTorch export (.pt2)." };
        var tokens = new Option<string>("--tokens") { Description = "The values of the model's first symbol.", DefaultValueFactory = _ => "1,7,64,512", HelpName = "N,N,…" };
        var backends = new Option<string[]>("--backend") { Description = "What runs it; several are compared. Without it onnxruntime where its library loads, otherwise reference.", HelpName = "B", AllowMultipleArgumentsPerToken = true };
        var against = new Option<FileInfo?>("--against") { Description = "The same model as .onnx, run by ONNX Runtime as it is.", HelpName = "MODEL.onnx" };
        var threads = new Option<int>("--threads") { Description = "Threads of each contestant.", DefaultValueFactory = _ => Environment.ProcessorCount, HelpName = "N" };
        var seconds = new Option<double>("--seconds") { Description = "About how long each number of tokens is measured.", DefaultValueFactory = _ => 3, HelpName = "S" };
        var ranks = CommonOptions.TensorParallel();
        var flashComm = CommonOptions.FlashComms();
        var ops = CommonOptions.Ops();
        var plugins = CommonOptions.Plugins();
        var json = CommonOptions.Json();
        var steps = new Option<bool>("--steps") { Description = "Also show, for each number of tokens, how long each kernel took and how near that is to its floor (on a GPU)." };
        var trace = new Option<FileInfo?>("--trace") { Description = "Write a Chrome trace of a run at the largest number of tokens (on a GPU).", HelpName = "FILE.json" };
        var phases = new Option<bool>("--phases") { Description = "Also show what compiling and the first call consist of." };
        var w8a8 = new W8A8Options();
        var command = new Command("bench", "Measures the median time of a run, alternating between contestants, and peak memory.")
        {
            model, tokens, backends, against, threads, seconds, steps, trace, phases, ranks, flashComm, ops, plugins, json,
        };
        w8a8.AddTo(command);
        command.Subcommands.Add(BenchFlashCommCommand.Create(streams));
        command.SetAction(parsed =>
        {
            var registry = OperatorAssemblies.Load(parsed.GetValue(ops));
            CommonOptions.Load(parsed.GetValue(plugins), dispatcher);
            long[] counts = ParseTokens(parsed.GetRequiredValue(tokens));
            var imported = ModelFile.Load(parsed.GetRequiredValue(model), registry);
            var options = new CompileOptions
            {
                TensorParallel = parsed.GetValue(ranks),
                Operators = registry,
                Dispatcher = dispatcher,
                OnnxRuntime = new() { Threads = parsed.GetValue(threads) },
            };
            var firstInputs = BenchmarkInputs.Of(imported.Graph, counts[0]);

            // CUDA's own start-up belongs to the first call, which begins it.
            using var timeline = parsed.GetValue(phases) ? new FirstCallTimeline() : null;
            long start = Stopwatch.GetTimestamp();
            string[] names = parsed.GetValue(backends) is { Length: > 0 } given ? given : [Backends.Choose(null).Backend.Name];
            string?[] overlaps = [.. parsed.GetValue(flashComm) ?? []];
            if (overlaps.Length == 0)
                overlaps = [null];
            var makers = names.SelectMany(name => overlaps.Select(overlap => MakerOf(
                imported.Graph, options with { Backend = name, FlashComm = CommonOptions.ParseFlashComm(overlap) }, overlaps.Length > 1 ? $", flashcomm {overlap}" : ""))).ToList();
            if (w8a8.Parse(parsed, imported.Graph, [], options, streams) is { } quantization)
                makers.AddRange(names.Select(name => MakerOf(imported.Graph, options with { Backend = name, FlashComm = CommonOptions.ParseFlashComm(overlaps[0]), Quantization = quantization })));
            if (parsed.GetValue(against) is { } file)
                makers.Add(() => new OnnxFileContestant(file, parsed.GetValue(threads)));
            int status = Measure(streams, imported.Graph, makers, counts, firstInputs, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(json), new(parsed.GetValue(steps), parsed.GetValue(trace)), timeline, start);
            if (!parsed.GetValue(json))
            {
                bool isAsked = parsed.GetValue(backends) is { Length: > 0 };
                foreach (string name in names)
                    CommonOptions.Write(streams, Backends.Choose(isAsked ? name : null));
            }

            return status;
        });
        return command;
    }

    private static Func<IContestant> MakerOf(TensorGraph graph, CompileOptions options, string suffix = "") =>
        () =>
        {
            string name = $"{options.Backend}{suffix}{(options.Quantization is null ? "" : ", w8a8")}";
            var compiled = GraphCompiler.Compile(graph, options);
            return options.Backend != Backend.Cuda ? new CompiledContestant(name, compiled)
                : options.TensorParallel == 1 ? new DeviceContestant(name, compiled) : new RankedDeviceContestant(name, compiled);
        };

    private static int Measure(Streams streams, TensorGraph graph, List<Func<IContestant>> makers, long[] counts, Tensor[] firstInputs, TimeSpan budget, bool json, StepReport report, FirstCallTimeline? timeline, long start)
    {
        double[] firstCalls = [.. makers.Select((make, i) => FirstCall(make, firstInputs, i == 0 ? start : Stopwatch.GetTimestamp()))];
        timeline?.Dispose();
        var memory = makers.Select(make => MemoryOf(make, graph, counts.Max(), streams)).ToList();
        var contestants = makers.Select(make => make()).ToList();
        var rows = new List<(long Tokens, double[] Medians, double Difference)>();
        try
        {
            foreach (long count in counts)
            {
                streams.Progress($"{count} tokens");
                var inputs = BenchmarkInputs.Of(graph, count);
                foreach (var contestant in contestants)
                    contestant.Prepare(inputs);
                double difference = Difference(contestants);
                rows.Add((count, AlternatingTimer.Medians(contestants, budget), difference));
                report.Take(contestants, count, count == counts.Max());
            }
        }
        finally
        {
            foreach (var contestant in contestants)
                contestant.Dispose();
        }

        string[] names = [.. contestants.Select(contestant => contestant.Name)];
        if (json)
            streams.WriteJson(new { names, memory, firstCallMilliseconds = firstCalls, steps = report.ToJson(), phases = timeline?.ToJson(), rows = rows.Select(row => new { row.Tokens, milliseconds = row.Medians, row.Difference }) });
        else
        {
            Write(streams, names, memory, rows);
            for (int i = 0; i < names.Length; i++)
                streams.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"compile and first call of {names[i]}: {firstCalls[i]:0} ms"));
            timeline?.Write(streams);
            report.Write(streams);
        }

        return CommandLine.Success;
    }

    private static void Write(Streams streams, string[] names, List<long?> memory, List<(long Tokens, double[] Medians, double Difference)> rows)
    {
        static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
        string[] header = ["tokens", .. names.Select(name => $"{name} (ms)"), .. names.Skip(1).Select(name => $"{name} / {names[0]}"), "largest difference"];
        streams.WriteTable(header,
        [
            .. rows.Select(row => (IReadOnlyList<string>)
            [
                row.Tokens.ToString(CultureInfo.InvariantCulture), .. row.Medians.Select(median => Number(median, "0.00")),
                .. row.Medians.Skip(1).Select(median => Number(median / row.Medians[0], "0.00")), names.Length > 1 ? Number(row.Difference, "0.0e0") : "",
            ]),
        ]);
        for (int i = 0; i < names.Length; i++)
            streams.Output.WriteLine($"peak memory of {names[i]}: {(memory[i] is { } bytes ? $"{Number(bytes / 1e6, "0")} MB" : "not known on this system")}");
    }

    /// <summary>Loads a contestant, runs it once and lets it go; the time of loading and running together, in milliseconds.</summary>
    private static double FirstCall(Func<IContestant> make, Tensor[] inputs, long start)
    {
        using var contestant = make();
        contestant.Prepare(inputs);
        contestant.Run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Loads a contestant, runs it at the largest size, and lets it go.</summary>
    private static long? MemoryOf(Func<IContestant> make, TensorGraph graph, long tokens, Streams streams)
    {
        streams.Progress("peak memory");
        return PeakMemory.Of(() =>
        {
            using var contestant = make();
            contestant.Prepare(BenchmarkInputs.Of(graph, tokens));
            contestant.Run();
        });
    }

    /// <summary>The largest difference of any contestant's first result from the first contestant's: a wrong answer is no fast one.</summary>
    private static double Difference(List<IContestant> contestants)
    {
        var first = contestants[0].FirstResult();
        return contestants.Skip(1).Select(other => Comparison.Of(other.FirstResult(), first, 0, 0)).Select(comparison => comparison.WorstAbsolute).DefaultIfEmpty(0).Max();
    }

    internal static long[] ParseTokens(string text)
    {
        var counts = new List<long>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long count) || count < 1)
                throw new EvergraphException($"--tokens {text}: expected numbers of tokens of at least 1, separated by commas, given '{part}'");
            counts.Add(count);
        }

        return [.. counts];
    }
}
