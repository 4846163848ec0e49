using System.CommandLine;
using Evergraph.Cli.Models;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Cli.Commands;

/// <summary><c>evergraph ops [NAME]</c>: operators, their implementations, which one is chosen and why the others are not.</summary>
internal static class OpsCommand
{
    public static Command Create(Streams streams, Dispatcher dispatcher)
    {
        var name = new Argument<string?>("NAME") { Description = "An operator, such as aten::mm or rms_norm, or part of a name.", Arity = ArgumentArity.ZeroOrOne };
        var dtypes = new Option<string[]>("--dtype") { Description = "Choose for tensors of this element type; may be given several times.", HelpName = "T" };
        dtypes.AcceptOnlyFromAmong([.. Enum.GetValues<DType>().Select(dtype => dtype.Name())]);
        var ops = CommonOptions.Ops();
        var plugins = CommonOptions.Plugins();
        var json = CommonOptions.Json();
        var command = new Command("ops", "Lists operators and their implementations: which one is chosen, and why the others are not.") { name, dtypes, ops, plugins, json };
        command.SetAction(parsed =>
        {
            var registry = OperatorAssemblies.Load(parsed.GetValue(ops));
            CommonOptions.Load(parsed.GetValue(plugins), dispatcher);
            string? asked = parsed.GetValue(name);
            var found = Select(registry, asked);
            var types = DTypeSet.Of(Array.ConvertAll(parsed.GetValue(dtypes) ?? [], text => Array.Find(Enum.GetValues<DType>(), dtype => dtype.Name() == text)));
            var described = found.Select(definition => OperatorDescription.Of(definition, registry, dispatcher, types)).ToArray();
            if (parsed.GetValue(json))
                streams.WriteJson(described);
            else if (asked is not null && (found.Count == 1 || found.All(definition => IsNamed(definition, asked))))
                Write(streams, described, dispatcher);
            else
                streams.WriteTable(["operator", "traits", "chosen", "implementations"], [.. described.Select(Row)]);
            return CommandLine.Success;
        });
        return command;
    }

    /// <summary>
    /// The operators that a name selects: the one of that full name; or, without a namespace, the overload or all overloads of that name; or
    /// all that have it in theirs.
    /// </summary>
    /// <exception cref="EvergraphException">There is none.</exception>
    internal static IReadOnlyList<OperatorDefinition> Select(OperatorRegistry registry, string? name)
    {
        if (name is null)
            return registry.Operators;
        if (registry.TryFind(name, out var definition))
            return [definition];
        var named = registry.Operators.Where(candidate => IsNamed(candidate, name)).ToArray();
        if (named.Length > 0)
            return named;
        var found = registry.Operators.Where(candidate => candidate.Name.Contains(name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return found.Length > 0 ? found : [registry.Find(name)];
    }

    private static bool IsNamed(OperatorDefinition definition, string name) =>
        definition.Schema.Name == name || definition.Name.EndsWith($"::{name}", StringComparison.Ordinal);

    private static string[] Row(OperatorDescription description) =>
    [
        description.Name, description.Traits, description.Chosen ?? "none",
        string.Join(", ", description.Implementations.Select(implementation => implementation.Id)),
    ];

    private static void Write(Streams streams, OperatorDescription[] descriptions, Dispatcher dispatcher)
    {
        foreach (var description in descriptions)
        {
            Write(streams, description);
            streams.Output.WriteLine();
        }

        streams.Output.WriteLine("policy");
        streams.WriteTable(["key", "value", "from"], [.. descriptions[0].Policy.Select(key => new[] { key.Key, key.Value, key.From })]);
        var plugins = dispatcher.Plugins;
        if (plugins.Count > 0)
        {
            streams.Output.WriteLine();
            streams.WriteTable(["plugin", "implementations", "faults"], [.. plugins.Select(plugin => new[] { plugin.Name, $"{plugin.Registered}", $"{plugin.Faults.Count}" })]);
        }
    }

    private static void Write(Streams streams, OperatorDescription description)
    {
        streams.Output.WriteLine(description.Schema);
        streams.Output.WriteLine($"traits: {description.Traits}");
        streams.Output.WriteLine($"can be cut along an axis: {(description.Cuts ? "yes, by its axis rule" : "not known")}");
        streams.Output.WriteLine($"inputs for opcheck: {(description.Samples ? "generated" : "none")}");
        streams.Output.WriteLine($"chosen: {description.Chosen ?? "none"}");
        streams.WriteTable(
            ["", "implementation", "kind", "vendor", "priority", "types", "why"],
            [.. description.Implementations.Select(implementation => new[]
            {
                implementation.Place == 0 ? "-" : $"{implementation.Place}", implementation.Id, implementation.Kind, implementation.Vendor ?? "",
                $"{implementation.Priority}", implementation.Types, implementation.Reason,
            })]);
    }
}
