using System.CommandLine;
using Evergraph.Cli.Models;
using Evergraph.Passes;

namespace Evergraph.Cli.Commands;

/// <summary><c>evergraph view MODEL -o FILE</c>: a graph as text, picture or model, before or after the passes.</summary>
internal static class ViewCommand
{
    public static Command Create(Streams streams)
    {
        var model = new Argument<FileInfo>("MODEL") { Description = "A PyTorch export (.pt2)." };
        var file = new Option<FileInfo>("--output", "-o") { Description = "Where to write; .txt, .dot, .mmd or .onnx says what. Of a split graph each rank's part is an .onnx file.", Required = true, HelpName = "FILE" };
        var stage = new Option<string>("--stage") { Description = "Before or after the passes.", DefaultValueFactory = _ => "after", HelpName = "before|after" };
        stage.AcceptOnlyFromAmong("before", "after");
        var ranks = CommonOptions.TensorParallel();
        var plan = CommonOptions.Plan();
        var flashComm = CommonOptions.FlashComm();
        var ops = CommonOptions.Ops();
        var json = CommonOptions.Json();
        var w8a8 = new W8A8Options();
        var command = new Command("view", "Writes the graph as text (.txt), for Graphviz (.dot) or Mermaid (.mmd), or as a model (.onnx).") { model, file, stage, ranks, plan, flashComm, ops, json };
        w8a8.AddTo(command);
        command.SetAction(parsed =>
        {
            var target = parsed.GetRequiredValue(file);
            GraphFile.CheckKind(target);
            var registry = OperatorAssemblies.Load(parsed.GetValue(ops));
            var graph = ModelFile.Load(parsed.GetRequiredValue(model), registry).Graph;
            var imported = graph;
            IReadOnlyList<PassRecord> records = [];
            bool after = parsed.GetValue(stage) == "after";
            if (after)
            {
                var quantization = w8a8.Parse(parsed, graph, [], new() { Operators = registry }, streams);
                var passes = PassPipelines.Default(parsed.GetValue(ranks), CommonOptions.ParsePlan(parsed.GetValue(plan)), CommonOptions.ParseFlashComm(parsed.GetValue(flashComm)), quantization);
                records = passes.Run(graph, new(registry));
                graph = records[^1].After;
            }

            var files = GraphFile.Write(graph, target, after ? parsed.GetValue(ranks) : 1, () => Graph.Views.GraphView.Of(PassStages.Of(imported, records), Runtime.GraphViews.Options(parsed.GetRequiredValue(model).Name, Runtime.Backends.Choose(null).Backend, CustomOps.Dispatch.Dispatcher.Default)));
            if (parsed.GetValue(json))
                streams.WriteJson(new { file = target.ToString(), files, nodes = graph.Nodes.Length, parameters = graph.Parameters.Length });
            else
                streams.Output.WriteLine($"{string.Join(", ", files)}: {graph.Nodes.Length} nodes, {graph.Parameters.Length} parameters");
            return CommandLine.Success;
        });
        return command;
    }
}
