using System.CommandLine;
using Evergraph.Cli.Models;
using Evergraph.Graph;
using Evergraph.Graph.Text;
using Evergraph.Graph.Views;
using Evergraph.Passes;

namespace Evergraph.Cli.Commands;

/// <summary><c>evergraph view MODEL -o FILE</c>: a graph as text or picture, before or after the passes.</summary>
internal static class ViewCommand
{
    public static Command Create(Streams streams)
    {
        var model = new Argument<FileInfo>("MODEL") { Description = "A PyTorch export (.pt2)." };
        var file = new Option<FileInfo>("--output", "-o") { Description = "Where to write; .txt, .dot or .mmd says what.", Required = true, HelpName = "FILE" };
        var stage = new Option<string>("--stage") { Description = "Before or after the passes.", DefaultValueFactory = _ => "after", HelpName = "before|after" };
        stage.AcceptOnlyFromAmong("before", "after");
        var ranks = CommonOptions.TensorParallel();
        var plan = CommonOptions.Plan();
        var flashComm = CommonOptions.FlashComm();
        var ops = CommonOptions.Ops();
        var json = CommonOptions.Json();
        var command = new Command("view", "Writes the graph as text (.txt), for Graphviz (.dot) or Mermaid (.mmd).") { model, file, stage, ranks, plan, flashComm, ops, json };
        command.SetAction(parsed =>
        {
            var target = parsed.GetRequiredValue(file);
            var write = Writer(target);
            var registry = OperatorAssemblies.Load(parsed.GetValue(ops));
            var graph = ModelFile.Load(parsed.GetRequiredValue(model), registry).Graph;
            if (parsed.GetValue(stage) == "after")
            {
                var passes = PassPipelines.Default(parsed.GetValue(ranks), CommonOptions.ParsePlan(parsed.GetValue(plan)), CommonOptions.ParseFlashComm(parsed.GetValue(flashComm)));
                graph = passes.Run(graph, new(registry))[^1].After;
            }

            File.WriteAllText(target.FullName, write(graph));
            if (parsed.GetValue(json))
                streams.WriteJson(new { file = target.ToString(), nodes = graph.Nodes.Length, parameters = graph.Parameters.Length });
            else
                streams.Output.WriteLine($"{target}: {graph.Nodes.Length} nodes, {graph.Parameters.Length} parameters");
            return CommandLine.Success;
        });
        return command;
    }

    /// <summary>Finds the writer by the file's ending.</summary>
    internal static Func<TensorGraph, string> Writer(FileInfo file) => file.Extension.ToLowerInvariant() switch
    {
        ".txt" => GraphPrinter.Print,
        ".dot" => DotView.Write,
        ".mmd" => MermaidView.Write,
        var extension => throw new EvergraphException($"-o {file}: expected a file that ends in .txt, .dot or .mmd, given '{extension}'"),
    };
}
