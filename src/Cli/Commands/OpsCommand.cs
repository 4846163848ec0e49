using System.CommandLine;
using Evergraph.Cli.Models;
using Evergraph.Graph;

namespace Evergraph.Cli.Commands;

/// <summary><c>evergraph ops [NAME]</c>: the operators and their implementations.</summary>
internal static class OpsCommand
{
    public static Command Create(Streams streams)
    {
        var name = new Argument<string?>("NAME") { Description = "An operator, such as aten::mm, or part of a name.", Arity = ArgumentArity.ZeroOrOne };
        var ops = CommonOptions.Ops();
        var json = CommonOptions.Json();
        var command = new Command("ops", "Lists operators, their schemas, traits and implementations.") { name, ops, json };
        command.SetAction(parsed =>
        {
            var found = Select(OperatorAssemblies.Load(parsed.GetValue(ops)), parsed.GetValue(name));
            if (parsed.GetValue(json))
                streams.WriteJson(found.Select(Describe));
            else if (found.Count == 1)
                Write(streams, found[0]);
            else
                streams.WriteTable(["operator", "traits", "implementations"], [.. found.Select(definition => new[] { definition.Name, definition.Traits.ToString(), Backends(definition) })]);
            return CommandLine.Success;
        });
        return command;
    }

    /// <summary>The operators that a name selects: the one of that name, or all that have it in theirs.</summary>
    /// <exception cref="EvergraphException">There is none.</exception>
    internal static IReadOnlyList<OperatorDefinition> Select(OperatorRegistry registry, string? name)
    {
        if (name is null)
            return registry.Operators;
        if (registry.TryFind(name, out var definition))
            return [definition];
        var found = registry.Operators.Where(candidate => candidate.Name.Contains(name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return found.Length > 0 ? found : [registry.Find(name)];
    }

    private static void Write(Streams streams, OperatorDefinition definition)
    {
        streams.Output.WriteLine(definition.Schema);
        streams.Output.WriteLine($"traits: {definition.Traits}");
        streams.Output.WriteLine($"can be cut along an axis: {(definition.AxisRule is null ? "not known" : "yes, by its axis rule")}");
        streams.Output.WriteLine($"inputs for opcheck: {(definition.Sample is null ? "none" : "generated")}");
        foreach (var kernel in definition.Kernels)
            streams.Output.WriteLine($"implementation: {kernel.Backend}");
    }

    private static object Describe(OperatorDefinition definition) => new
    {
        definition.Name,
        schema = definition.Schema.ToString(),
        traits = definition.Traits.ToString(),
        implementations = definition.Kernels.Select(kernel => kernel.Backend),
        cuts = definition.AxisRule is not null,
        samples = definition.Sample is not null,
    };

    private static string Backends(OperatorDefinition definition) => string.Join(", ", definition.Kernels.Select(kernel => kernel.Backend));
}
