using System.CommandLine;
using System.Globalization;
using Evergraph.Cli.Benchmarking;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda;

namespace Evergraph.Cli.Commands;

/// <summary><c>evergraph bench flashcomm</c>: linear layers over GPUs, with communication behind the product and one after the other.</summary>
internal static class BenchFlashCommCommand
{
    private const string Rows = "4096x4096,12288x4096,8192x8192,28672x8192";

    public static Command Create(Streams streams)
    {
        var rows = new Option<string>("--rows") { Description = "Row layers, inputs x outputs over all GPUs.", DefaultValueFactory = _ => Rows, HelpName = "KxN,…" };
        var columns = new Option<string?>("--columns") { Description = "Column layers, inputs x outputs over all GPUs; those that feed the row layers where nothing is said.", HelpName = "KxN,…" };
        var ranks = new Option<int>("--tp") { Description = "How many GPUs share a layer.", DefaultValueFactory = _ => 2, HelpName = "N" };
        var tokens = new Option<string>("--tokens") { Description = "Numbers of tokens.", DefaultValueFactory = _ => "1,16,128,512,1024,2048,4096,8192,16384", HelpName = "N,N,…" };
        var type = new Option<string>("--dtype") { Description = "Element type; w8a8 is int8 with bfloat16 results.", DefaultValueFactory = _ => "bfloat16", HelpName = "bfloat16|float16|w8a8" };
        type.AcceptOnlyFromAmong("bfloat16", "float16", "w8a8");
        var plot = new Option<FileInfo?>("--plot") { Description = "Draw time against tokens.", HelpName = "FILE.svg" };
        var ways = new Option<bool>("--ways") { Description = "Show every way that the operator can go." };
        var json = CommonOptions.Json();
        var command = new Command("flashcomm", "Measures row- and column-parallel linear layers over the GPUs of this machine.") { rows, columns, ranks, tokens, type, plot, ways, json };
        command.SetAction(parsed =>
        {
            var timings = new List<FlashCommTiming>();
            string rowLayers = parsed.GetRequiredValue(rows);
            bool quantized = parsed.GetRequiredValue(type) == "w8a8";
            var dtype = parsed.GetRequiredValue(type) == "float16" ? DType.Float16 : DType.BFloat16;
            int count = parsed.GetValue(ranks);
            List<FlashCommLayerSpec> layers = [.. Layers(rowLayers, true), .. parsed.GetValue(columns) is { } given ? Layers(given, false) : Layers(rowLayers, true).Select(Twin)];
            FlashCommBenchmark.Run(layers, count, BenchCommand.ParseTokens(parsed.GetRequiredValue(tokens)), row =>
            {
                timings.Add(row);
                streams.Progress($"{FlashCommTable.NameOf(row.Layer)}, {row.Tokens} tokens");
            });
            if (parsed.GetValue(plot) is { } file)
                File.WriteAllText(file.FullName, FlashCommPlot.Draw(timings, count));
            if (parsed.GetValue(json))
                streams.WriteJson(FlashCommTable.ToJson(timings, count));
            else
                FlashCommTable.Write(streams, timings, parsed.GetValue(ways));
            return CommandLine.Success;

            List<FlashCommLayerSpec> Layers(string text, bool isRow) => [.. text.Split(',').Select(layer => Parse(layer, isRow, dtype, quantized, count))];
        });
        return command;
    }

    /// <summary>The column layer before a row layer, as <c>torch_async_tp.py</c> takes it: gate and up of an MLP, or q, k and v.</summary>
    private static FlashCommLayerSpec Twin(FlashCommLayerSpec row) => row with
    {
        IsRow = false,
        Inputs = row.Outputs,
        Outputs = row.Inputs > row.Outputs ? 2 * row.Inputs : 3 * row.Outputs / 2,
    };

    private static FlashCommLayerSpec Parse(string text, bool isRow, DType type, bool isQuantized, int ranks)
    {
        string[] sizes = text.Split('x');
        if (sizes.Length != 2 || !TryParse(sizes[0], out long inputs) || !TryParse(sizes[1], out long outputs))
            throw new EvergraphException($"layer '{text}': expected inputs and outputs such as 4096x12288, given something else");
        return (isRow ? inputs : outputs) % ranks == 0
            ? new(isRow, inputs, outputs, type, isQuantized)
            : throw new EvergraphException($"layer '{text}': expected {(isRow ? "inputs" : "outputs")} that {ranks} GPUs share evenly, given {(isRow ? inputs : outputs)}; choose another size or --tp");
    }

    private static bool TryParse(string text, out long size) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is > 0 and <= int.MaxValue;
}
