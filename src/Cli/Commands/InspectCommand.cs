using System.CommandLine;
using Evergraph.Cli.Benchmarking;
using Evergraph.Cli.Models;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Graph.Import.TorchExport;
using Evergraph.Passes;
using Evergraph.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evergraph.Cli.Commands;

/// <summary><c>evergraph inspect MODEL</c>: what a model takes, has and needs.</summary>
internal static class InspectCommand
{
    public static Command Create(Streams streams, Dispatcher dispatcher)
    {
        var model = new Argument<FileInfo>("MODEL") { Description = "A PyTorch export (.pt2)." };
        var backend = CommonOptions.Backend();
        var ranks = CommonOptions.TensorParallel();
        var plan = CommonOptions.Plan();
        var flashComm = CommonOptions.FlashComm();
        var ops = CommonOptions.Ops();
        var plugins = CommonOptions.Plugins();
        var json = CommonOptions.Json();
        var command = new Command("inspect", "Shows inputs with ranges, parameters, operators, how they run, and what is not supported and why.")
        {
            model, backend, ranks, plan, flashComm, ops, plugins, json,
        };
        command.SetAction(parsed =>
        {
            var reading = ModelFile.Begin(parsed.GetRequiredValue(model));
            var registry = OperatorAssemblies.Load(parsed.GetValue(ops));
            CommonOptions.Load(parsed.GetValue(plugins), dispatcher);
            CommonOptions.BeginPolicy(dispatcher);
            var choice = Backends.Choose(parsed.GetValue(backend));
            var imported = ModelFile.Load(reading, registry);
            var options = CommonOptions.Compile(parsed, ranks, plan, flashComm, registry, dispatcher);
            var passes = PassPipelines.Default(options.TensorParallel, options.Plan, options.FlashComm);
            var placed = PlacedOperator.Of(choice.Backend, passes.Run(imported.Graph, new(registry, NullLogger.Instance, dispatcher))[^1].After, dispatcher);
            var flashComms = FlashCommChoices(choice, imported.Graph, options with { Backend = choice.Backend.Name });
            if (parsed.GetValue(json))
                streams.WriteJson(Describe(imported, choice, placed, flashComms));
            else
                Write(streams, imported, choice, placed, flashComms);
            return CommandLine.Success;
        });
        return command;
    }

    /// <summary>What ranks measure when they meet on their devices: the model is run once, at its smallest sizes.</summary>
    private static IReadOnlyList<string> FlashCommChoices(BackendChoice choice, TensorGraph graph, CompileOptions options)
    {
        if (choice.Backend.Name != Backend.Cuda || options.TensorParallel == 1 || options.FlashComm is null || choice.Backend.Unavailable() is not null)
            return [];
        using var compiled = GraphCompiler.Compile(graph, options);
        compiled.RunOnRanks(BenchmarkInputs.Smallest(graph));
        return compiled.FlashCommChoices;
    }

    private static void Write(Streams streams, ImportedModel imported, BackendChoice choice, IReadOnlyList<PlacedOperator> placed, IReadOnlyList<string> flashComms)
    {
        var (graph, report) = imported;
        var output = streams.Output;
        output.WriteLine($"{Path.GetFileName(report.Path)}: PyTorch {report.TorchVersion}, layout {report.Layout}, format {report.SchemaVersion}");
        output.WriteLine();
        output.WriteLine("inputs");
        foreach (var input in graph.Inputs)
            output.WriteLine($"  {input.Name}: {(input.Number is { } number ? $"integer = {number}" : input.Type)}");
        foreach (var symbol in graph.Symbols())
            output.WriteLine($"  {symbol.Name}: {Range(symbol)}{(symbol.Kind == SymbolKind.Data ? ", known after the operator that makes it ran" : "")}");
        foreach (string name in report.FixedInputs)
            output.WriteLine($"  fixed: {name}");
        foreach (var widened in report.Widened)
            output.WriteLine($"  widened: {widened}");
        output.WriteLine();
        output.WriteLine("outputs");
        foreach (var result in graph.Outputs)
            output.WriteLine($"  {result.Name}: {graph.TypeOf(result.Value)}{(result.Kind == GraphOutputKind.Result ? "" : $" overwrites {result.Target}")}");
        output.WriteLine();
        output.WriteLine($"parameters: {graph.Parameters.Length}, {Bytes(graph) / 1e6:0.###} MB");
        foreach (var group in graph.Parameters.GroupBy(parameter => parameter.Type.DType))
            output.WriteLine($"  {group.Key.Name()}: {group.Count()}");
        output.WriteLine();
        output.WriteLine($"operators: {graph.Nodes.Length} nodes, all supported");
        streams.WriteTable(
            ["operator", "nodes"],
            [.. graph.Nodes.GroupBy(node => node.Operator).OrderByDescending(group => group.Count()).ThenBy(group => group.Key.Name, StringComparer.Ordinal)
                .Select(group => new[] { group.Key.Name, $"{group.Count()}" })]);
        output.WriteLine();
        output.WriteLine($"after the passes: {placed.Sum(row => row.Nodes)} nodes on {choice.Backend.Name} ({choice.Reason})");
        streams.WriteTable(["operator", "nodes", "runs as"], [.. placed.Select(row => new[] { row.Operator, $"{row.Nodes}", row.RunsAs })]);
        output.WriteLine();
        foreach (string flashComm in flashComms)
            output.WriteLine(flashComm);
        if (flashComms.Count > 0)
            output.WriteLine();
        output.WriteLine($"requirements checked at each call: {graph.Requirements.Length}");
        foreach (var requirement in graph.Requirements)
            output.WriteLine($"  {requirement.Describe()}");
        output.WriteLine($"guards of the file: {report.Guards.Count}");
        foreach (var guard in report.Guards)
            output.WriteLine($"  {guard.Outcome}: {guard.Text}");
        foreach (string warning in report.Warnings)
            output.WriteLine($"warning: {warning}");
    }

    private static object Describe(ImportedModel imported, BackendChoice choice, IReadOnlyList<PlacedOperator> placed, IReadOnlyList<string> flashComms) => new
    {
        file = Path.GetFileName(imported.Report.Path),
        torch = imported.Report.TorchVersion,
        layout = imported.Report.Layout.ToString(),
        inputs = imported.Graph.Inputs.Select(input => new { input.Name, type = input.Type.ToString(), number = input.Number?.ToString() }),
        fixedInputs = imported.Report.FixedInputs,
        symbols = imported.Graph.Symbols().Select(symbol => new { symbol.Name, symbol.Min, max = symbol.Max == Graph.Symbol.Unbounded ? (long?)null : symbol.Max, kind = symbol.Kind.ToString() }),
        widened = imported.Report.Widened.Select(widened => widened.ToString()),
        outputs = imported.Graph.Outputs.Select(result => new { result.Name, type = imported.Graph.TypeOf(result.Value).ToString(), kind = result.Kind.ToString(), result.Target }),
        parameters = imported.Graph.Parameters.Select(parameter => new { parameter.Name, type = parameter.Type.ToString() }),
        parameterBytes = Bytes(imported.Graph),
        operators = imported.Graph.Nodes.GroupBy(node => node.Operator.Name).OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count()),
        backend = new { choice.Backend.Name, choice.Reason, operators = placed },
        flashComm = flashComms,
        requirements = imported.Graph.Requirements.Select(requirement => requirement.Describe()),
        guards = imported.Report.Guards.Select(guard => new { guard.Text, outcome = guard.Outcome.ToString() }),
        warnings = imported.Report.Warnings,
    };

    private static string Range(Graph.Symbol symbol) => symbol.Max == Graph.Symbol.Unbounded ? $"{symbol.Min} and more" : $"{symbol.Min} to {symbol.Max}";

    private static long Bytes(TensorGraph graph) => graph.Parameters.Sum(parameter => parameter.Data.ByteCount);
}
