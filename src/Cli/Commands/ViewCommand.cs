using System.CommandLine;
using Evergraph.Cli.Benchmarking;
using Evergraph.Cli.Models;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Graph.Views;
using Evergraph.Passes;
using Evergraph.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evergraph.Cli.Commands;

/// <summary><c>evergraph view MODEL -o FILE</c>: a graph as page, picture, text or model, before or after the passes.</summary>
internal static class ViewCommand
{
    public static Command Create(Streams streams, Dispatcher dispatcher)
    {
        var model = new Argument<FileInfo>("MODEL") { Description = "A PyTorch export (.pt2), or a graph as text (.txt), which need not verify." };
        var file = new Option<FileInfo>("--output", "-o") { Description = "Where to write; .html, .svg, .dot, .mmd, .json, .txt or .onnx says what. Of a split graph each rank's part is an .onnx file.", Required = true, HelpName = "FILE" };
        var stage = new Option<string>("--stage") { Description = "Before or after the passes; a page after them has all stages.", DefaultValueFactory = _ => "after", HelpName = "before|after" };
        stage.AcceptOnlyFromAmong("before", "after");
        var unfold = new Option<bool>("--unfold") { Description = "Draw every module, also those that repeat each other (.svg, .dot, .mmd)." };
        var tokens = new Option<long?>("--tokens") { Description = "Run the model once with this value of its first symbol, and show how long each node takes (.html, .json).", HelpName = "N" };
        var backend = new Option<string?>("--backend") { Description = "What would run it. With --tokens what runs it: reference, which is the default then, or cuda.", HelpName = "B" };
        var ranks = CommonOptions.TensorParallel();
        var plan = CommonOptions.Plan();
        var flashComm = CommonOptions.FlashComm();
        var ops = CommonOptions.Ops();
        var plugins = CommonOptions.Plugins();
        var json = CommonOptions.Json();
        var w8a8 = new W8A8Options();
        var command = new Command("view", "Writes the graph as a page (.html), a picture (.svg), for Graphviz (.dot), Mermaid (.mmd) or Model Explorer (.json), as text (.txt), or as a model (.onnx).")
        {
            model, file, stage, unfold, tokens, backend, ranks, plan, flashComm, ops, plugins, json,
        };
        w8a8.AddTo(command);
        command.SetAction(parsed =>
        {
            var source = parsed.GetRequiredValue(model);
            var target = parsed.GetRequiredValue(file);
            GraphFile.CheckKind(target);
            var reading = ModelFile.IsText(source) ? null : ModelFile.Begin(source);
            var registry = OperatorAssemblies.Load(parsed.GetValue(ops));
            CommonOptions.Load(parsed.GetValue(plugins), dispatcher);
            CommonOptions.BeginPolicy(dispatcher);
            bool after = parsed.GetValue(stage) == "after" && !ModelFile.IsText(source);
            long? count = parsed.GetValue(tokens);
            CheckTimings(source, target, after, count);
            var choice = new Lazy<BackendChoice>(() => Backends.Choose(parsed.GetValue(backend) ?? (count is null ? null : Backend.Reference)));
            var viewed = View();
            var graph = viewed.Graph;
            var files = GraphFile.Write(graph, target, after ? parsed.GetValue(ranks) : 1, Picture, fold: !parsed.GetValue(unfold));
            foreach (var fault in viewed.Faults)
                streams.Error.WriteLine($"evergraph: the graph does not verify: {fault.Message}");
            if (parsed.GetValue(json))
                streams.WriteJson(new { file = target.ToString(), files, nodes = graph.Nodes.Length, parameters = graph.Parameters.Length, faults = viewed.Faults.Select(fault => fault.Message) });
            else
                streams.Output.WriteLine($"{string.Join(", ", files)}: {graph.Nodes.Length} nodes, {graph.Parameters.Length} parameters");
            return CommandLine.Success;

            ViewedModel View()
            {
                if (reading is null)
                    return ViewedModel.Before(ModelFile.LoadText(source, registry));
                var imported = ModelFile.Load(reading, registry).Graph;
                if (!after)
                    return ViewedModel.Before(imported);
                var options = CommonOptions.Compile(parsed, ranks, plan, flashComm, registry, dispatcher);
                options = options with { Quantization = w8a8.Parse(parsed, imported, [], options, streams) };
                if (count is { } value)
                    return ViewedModel.Timed(imported, options with { Backend = choice.Value.Backend.Name }, BenchmarkInputs.Of(imported, value));
                var passes = PassPipelines.Default(options.TensorParallel, options.Plan, options.FlashComm, options.Quantization);
                return ViewedModel.After(imported, passes, new(registry, NullLogger.Instance, dispatcher));
            }

            GraphView Picture()
            {
                // Finding what runs each node is half of compiling, which only some files are worth.
                var options = GraphViews.Options(source.Name, GraphFile.ShowsRuns(target) ? choice.Value.Backend : null, dispatcher);
                if (ModelFile.IsText(source))
                    options = options with { Placements = null };
                return GraphView.Of(viewed.StagesOf(target), viewed.Profile is null ? options : options with { Runs = [GraphViews.Run(choice.Value.Backend.Name, viewed.Profile)] });
            }
        });
        return command;
    }

    private static void CheckTimings(FileInfo source, FileInfo target, bool after, long? tokens)
    {
        if (ModelFile.IsText(source) && (tokens is not null || GraphFile.IsModel(target)))
            throw new EvergraphException($"{source}: a graph as text has no numbers to run with or to save: expected a PyTorch export (.pt2)");
        if (tokens is not null && !after)
            throw new EvergraphException("--tokens: what runs is the graph after the passes: expected --stage after, given --stage before");
        if (tokens is not null && !GraphFile.ShowsRuns(target))
            throw new EvergraphException($"--tokens: timings are shown in pages and in Model Explorer: expected -o with a file that ends in .html or .json, given {target}");
    }
}
