using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Finds what no output depends on.</summary>
internal static class DeadNodes
{
    // Collectives may go too: there is one graph for all ranks, so all of them stop calling it together.
    private const OperatorTraits Removable = OperatorTraits.Pure | OperatorTraits.Collective | OperatorTraits.RankDependent;

    /// <summary>The graph without nodes whose results nothing needs and without parameters that nothing reads.</summary>
    /// <returns>The very same graph when there is nothing to remove.</returns>
    public static TensorGraph Remove(TensorGraph graph)
    {
        var live = new bool[graph.ValueCount];
        foreach (var output in graph.Outputs)
            live[output.Value.Id] = true;
        var keep = new bool[graph.Nodes.Length];
        bool all = true;
        for (int i = graph.Nodes.Length - 1; i >= 0; i--)
        {
            var node = graph.Nodes[i];
            keep[i] = (node.Operator.Traits & Removable) == 0;
            for (int result = 0; result < node.OutputTypes.Length && !keep[i]; result++)
                keep[i] = live[graph.ResultOf(i, result).Id];
            all &= keep[i];
            if (!keep[i])
                continue;
            foreach (var operand in node.Operands)
                live[operand.Id] = true;
        }

        var targets = graph.Outputs.Select(output => output.Target).ToHashSet(StringComparer.Ordinal);
        bool IsRead(int parameter) => live[graph.ParameterValue(parameter).Id] || targets.Contains(graph.Parameters[parameter].Name);
        if (all && Enumerable.Range(0, graph.Parameters.Length).All(IsRead))
            return graph;

        var map = new Value[graph.ValueCount];
        var builder = new GraphBuilder();
        for (int i = 0; i < graph.Inputs.Length; i++)
            map[i] = builder.AddInput(graph.Inputs[i]);
        for (int i = 0; i < graph.Parameters.Length; i++)
        {
            if (IsRead(i))
                map[graph.ParameterValue(i).Id] = builder.AddParameter(graph.Parameters[i]);
        }

        var data = new HashSet<Symbol>();
        Func<Value, Value> rename = value => map[value.Id];
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            if (!keep[i])
                continue;
            var node = graph.Nodes[i];
            var arguments = new Argument[node.Arguments.Length];
            for (int n = 0; n < arguments.Length; n++)
                arguments[n] = node.Arguments[n].Rename(rename);
            var results = builder.Add(new Node(node.Operator, EquatableArray<Argument>.Own(arguments), node.OutputTypes, node.Source));
            for (int result = 0; result < results.Length; result++)
                map[graph.ResultOf(i, result).Id] = results[result];
            if (node.Operator.Has(OperatorTraits.DataDependent))
                data.UnionWith(node.OutputTypes.SelectMany(type => type.Shape.AsSpan().ToArray()).SelectMany(dim => dim.Symbols));
        }

        foreach (var output in graph.Outputs)
            builder.AddOutput(output with { Value = map[output.Value.Id] });
        foreach (var requirement in graph.Requirements)
        {
            // What a removed node's data would have had to satisfy can no longer be asked.
            var symbols = requirement.Condition.Left.Symbols.Concat(requirement.Condition.Right.Symbols);
            if (symbols.All(symbol => symbol.Kind == SymbolKind.Input || data.Contains(symbol)))
                builder.AddRequirement(requirement);
        }

        return builder.Build();
    }
}
