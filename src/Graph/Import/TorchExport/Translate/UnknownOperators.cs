namespace Evergraph.Graph.Import.TorchExport;

/// <summary>An operator of a file that the registry does not have.</summary>
/// <param name="Name">For example <c>flash::maybe_pad_reduce</c>, or Python's name for what is no operator.</param>
/// <param name="Count">How many nodes call it.</param>
/// <param name="Example">One of the nodes.</param>
/// <param name="Reason">What is missing.</param>
public sealed record UnknownOperator(string Name, int Count, string Example, string Reason);

/// <summary>Finds everything in a program that has no implementation, before anything is translated.</summary>
public static class UnknownOperators
{
    private static readonly HashSet<string> Statements = new(StringComparer.Ordinal)
    {
        "aten::_assert_tensor_metadata", "aten::_assert_scalar", "aten::sym_size.int", "aten::sym_numel",
        "aten::sym_constrain_range", "aten::sym_constrain_range_for_size",
    };

    /// <summary>Whether the importer itself evaluates or checks the operator.</summary>
    internal static bool IsStatement(string name) => Statements.Contains(name);

    /// <summary>The operators of <paramref name="program"/> that <paramref name="registry"/> does not have, the most used first.</summary>
    public static IReadOnlyList<UnknownOperator> Find(ExportedProgram program, OperatorRegistry registry)
    {
        var known = new Dictionary<string, string?>(StringComparer.Ordinal);
        var unknown = new Dictionary<string, UnknownOperator>(StringComparer.Ordinal);
        Visit(program.Graph);
        if (HasNumberOutputs(program) && !registry.TryFind(NumberTensors.ScalarTensor, out _))
            unknown[NumberTensors.ScalarTensor] = new(NumberTensors.ScalarTensor, 1, "an integer output", "not registered");
        return [.. unknown.Values.OrderByDescending(static u => u.Count).ThenBy(static u => u.Name, StringComparer.Ordinal)];

        void Visit(ExportedGraph graph)
        {
            foreach (ExportedNode node in graph.Nodes)
            {
                if (!known.TryGetValue(node.Target, out string? reason))
                    known[node.Target] = reason = Reason(node.Target, registry);
                if (reason is not null)
                {
                    string name = OperatorTarget.IsHigherOrder(node.Target) ? node.Target : OperatorTarget.RegistryName(node.Target) ?? node.Target;
                    unknown[name] = unknown.TryGetValue(name, out UnknownOperator? seen) ? seen with { Count = seen.Count + 1 } : new(name, 1, node.Name, reason);
                }
                foreach (ExportedInput input in node.Inputs)
                    if (input.Value is ExportedArgument.Subgraph body)
                        Visit(body.Graph);
            }
        }
    }

    /// <summary>Refuses a program that uses an operator without an implementation.</summary>
    /// <exception cref="ImportException">It does; all of them are listed.</exception>
    internal static void ThrowIfAny(ExportedProgram program, OperatorRegistry registry, string path)
    {
        IReadOnlyList<UnknownOperator> unknown = Find(program, registry);
        if (unknown.Count == 0)
            return;
        string list = string.Join("; ", unknown.Select(static u => $"{u.Name} ({u.Reason}; {u.Count} {(u.Count == 1 ? "node" : "nodes")}, for example '{u.Example}')"));
        throw new ImportException(
            $"{path}: {unknown.Count} {(unknown.Count == 1 ? "operator is" : "operators are")} not known: {list}. "
            + "Register each: write a static partial class with [CustomOp(\"ns::name(...) -> ...\")] in an assembly that references Evergraph, and load it with --ops ASSEMBLY.dll (or OperatorRegistry.Register)");
    }

    private static bool HasNumberOutputs(ExportedProgram program) => program.Outputs.Any(static o => ModelOutputs.IsNumber(o.Argument));

    /// <summary>What is missing, or null when nothing is.</summary>
    private static string? Reason(string target, OperatorRegistry registry)
    {
        if (OperatorTarget.IsHigherOrder(target))
            return HigherOrderOperators.Knows(target) ? null : "a higher-order operator, whose body cannot be inlined";
        if (OperatorTarget.RegistryName(target) is not { } name)
            return SizeOperators.Knows(target) || target == ListItems.GetItem ? null : "a Python function, not an operator";
        if (IsStatement(name))
            return null;
        if (registry.TryFind(name, out OperatorDefinition? definition))
            return definition.Schema.Arguments.Any(static a => a.IsMutated) ? "its schema writes into an argument, and graphs are functional" : null;
        if (OperatorTarget.PureTwin(name) is not { } twin)
            return "not registered";
        return registry.TryFind(twin, out _) ? null : $"in place, and its pure form {twin} is not registered";
    }
}
