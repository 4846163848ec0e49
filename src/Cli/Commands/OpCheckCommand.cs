using System.CommandLine;
using Evergraph.Cli.Models;
using Evergraph.CustomOps.Checking;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime;

namespace Evergraph.Cli.Commands;

/// <summary><c>evergraph opcheck [NAME]</c>: whether the fakes and the reals of operators agree, over generated inputs.</summary>
internal static class OpCheckCommand
{
    public static Command Create(Streams streams, Dispatcher dispatcher)
    {
        var name = new Argument<string?>("NAME") { Description = "An operator, such as aten::mm, or part of a name; all without.", Arity = ArgumentArity.ZeroOrOne };
        var samples = new Option<int>("--samples") { Description = "Generated calls for each operator.", DefaultValueFactory = _ => 100, HelpName = "N" };
        var seed = new Option<int>("--seed") { Description = "Where the generated calls start.", DefaultValueFactory = _ => 1, HelpName = "S" };
        var ops = CommonOptions.Ops();
        var plugins = CommonOptions.Plugins();
        var json = CommonOptions.Json();
        var command = new Command("opcheck", "Runs fakes and implementations over generated inputs and compares.") { name, samples, seed, ops, plugins, json };
        command.SetAction(parsed =>
        {
            CommonOptions.Load(parsed.GetValue(plugins), dispatcher);
            var operators = OpsCommand.Select(OperatorAssemblies.Load(parsed.GetValue(ops)), parsed.GetValue(name));
            var results = new List<OperatorCheckResult>();
            foreach (var definition in operators)
            {
                streams.Progress($"{results.Count + 1} of {operators.Count}: {definition.Name}");
                results.Add(OperatorCheck.Run(definition, parsed.GetValue(samples), parsed.GetValue(seed), (ranks, onRank) => RankThreads.Run(ranks, group => onRank(group.Rank)), dispatcher));
            }

            return Report(streams, results, parsed.GetValue(json));
        });
        return command;
    }

    private static int Report(Streams streams, List<OperatorCheckResult> results, bool json)
    {
        int failed = results.Count(result => result.Failures.Count > 0);
        if (json)
        {
            streams.WriteJson(new { operators = results.Select(result => new { result.Operator, result.Passed, failures = result.Failures.Select(failure => failure.ToString()) }), passed = results.Count - failed, failed });
        }
        else
        {
            foreach (var result in results)
            {
                streams.Output.WriteLine($"{result.Operator}: {result.Passed} passed, {result.Failures.Count} failed");
                foreach (var failure in result.Failures.Take(3))
                    streams.Output.WriteLine($"  {failure}");
            }

            streams.Output.WriteLine($"operators: {results.Count - failed} passed, {failed} failed");
        }

        return failed == 0 ? CommandLine.Success : CommandLine.No;
    }
}
