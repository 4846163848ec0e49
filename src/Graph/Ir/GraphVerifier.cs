namespace Evergraph.Graph;

/// <summary>Checks that a graph is one. The invariants:</summary>
/// <remarks>
/// <list type="number">
/// <item>Names of inputs and of parameters are unique and not empty.</item>
/// <item>A parameter's data has the element type and sizes of its type, times the parts along a sharded axis.</item>
/// <item>A node has one argument of the right kind for each parameter of its operator's schema.</item>
/// <item>A node reads only values that inputs, parameters or earlier nodes define.</item>
/// <item>No node mutates: the graph is functional.</item>
/// <item>A node's output types are what its operator's fake infers, fresh symbols of data aside.</item>
/// <item>Every requirement that a fake leaves unproven is on the graph.</item>
/// <item>A symbol is defined before it is used: by a size of an input that is the symbol alone, by an integer input, or
/// by a size of a result of a data-dependent node; and a name has one range.</item>
/// <item>Outputs name existing values; a mutation's target exists and has the value's type.</item>
/// </list>
/// </remarks>
public static class GraphVerifier
{
    /// <summary>Throws when there is a fault.</summary>
    /// <exception cref="InvalidGraphException">The graph does not verify.</exception>
    public static void ThrowIfInvalid(TensorGraph graph)
    {
        var faults = Verify(graph);
        if (faults.Count > 0)
            throw new InvalidGraphException(graph, faults);
    }

    /// <summary>Everything that is wrong with a graph; empty when nothing is.</summary>
    public static IReadOnlyList<GraphFault> Verify(TensorGraph graph)
    {
        var faults = new List<GraphFault>();
        VerifyNames(graph, faults);
        VerifyParameters(graph, faults);
        var symbols = new SymbolScope(faults);
        for (int i = 0; i < graph.Inputs.Length; i++)
            symbols.DefineByInput(i, graph.Inputs[i]);
        for (int i = 0; i < graph.Inputs.Length; i++)
            symbols.CheckUse(FaultPlace.Input, i, $"input {graph.Inputs[i].Name}", graph.Inputs[i].Type.Shape);
        for (int i = 0; i < graph.Parameters.Length; i++)
        {
            if (!symbols.Defines(graph.Parameters[i].Type.Shape))
                symbols.CheckUse(FaultPlace.Parameter, i, $"parameter {graph.Parameters[i].Name}", graph.Parameters[i].Type.Shape);
        }

        var fakes = new FakeContext();
        var askedBy = new List<int>();
        bool sound = true;
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            // After a dangling value the types of later nodes mean nothing, so inference stops there.
            sound &= VerifyArguments(graph, i, faults);
            if (sound)
                VerifyTypes(graph, i, fakes, symbols, faults);
            while (askedBy.Count < fakes.Requirements.Count)
                askedBy.Add(i);
        }

        if (sound)
            VerifyRequirements(graph, fakes, askedBy, faults);
        VerifyOutputs(graph, faults);
        return faults;
    }

    private static void VerifyNames(TensorGraph graph, List<GraphFault> faults)
    {
        foreach (var (place, kind, names) in new[]
        {
            (FaultPlace.Input, "input", graph.Inputs.Select(input => input.Name)),
            (FaultPlace.Parameter, "parameter", graph.Parameters.Select(parameter => parameter.Name)),
        })
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            int index = 0;
            foreach (string name in names)
            {
                if (name.Length == 0)
                    faults.Add(new(place, index, $"{(place == FaultPlace.Input ? "an" : "a")} {kind} has no name"));
                else if (!seen.Add(name))
                    faults.Add(new(place, index, $"{kind} {name} is declared twice"));
                index++;
            }
        }
    }

    private static void VerifyParameters(TensorGraph graph, List<GraphFault> faults)
    {
        for (int i = 0; i < graph.Parameters.Length; i++)
        {
            var parameter = graph.Parameters[i];
            var whole = parameter.Type;
            if (parameter.Sharding is { } sharding)
            {
                if (sharding.Axis < 0 || sharding.Axis >= whole.Rank || sharding.Parts < 1)
                {
                    faults.Add(new(FaultPlace.Parameter, i, $"parameter {parameter.Name}: {sharding} does not fit {whole}"));
                    continue;
                }

                whole = whole with { Shape = whole.Shape.With(sharding.Axis, whole.Shape[sharding.Axis] * sharding.Parts) };
            }

            if (parameter.Data.Type != whole)
                faults.Add(new(FaultPlace.Parameter, i, $"parameter {parameter.Name}: expected data of type {whole}, given {parameter.Data.Type}"));
        }
    }

    private static bool VerifyArguments(TensorGraph graph, int index, List<GraphFault> faults)
    {
        var node = graph.Nodes[index];
        var parameters = node.Operator.Schema.Arguments;
        int before = faults.Count;
        if (node.Operator.Has(OperatorTraits.Mutates))
            faults.Add(new(FaultPlace.Node, index, $"{node}: it writes into an argument, and a graph is functional: use its pure twin"));
        if (parameters.Count != node.Arguments.Length)
        {
            faults.Add(new(FaultPlace.Node, index, $"{node}: expected {parameters.Count} arguments, given {node.Arguments.Length}"));
            return false;
        }

        for (int i = 0; i < parameters.Count; i++)
        {
            if (!ArgumentKinds.Fits(parameters[i], node.Arguments[i]))
                faults.Add(new(FaultPlace.Node, index, $"{node}: argument {parameters[i].Name}: expected {parameters[i].Type}, given {node.Arguments[i].GetType().Name}"));
        }

        int defined = graph.ResultOf(index).Id;
        foreach (var operand in node.Operands)
        {
            if (operand.Id < 0 || operand.Id >= defined)
                faults.Add(new(FaultPlace.Node, index, $"{node}: {operand} is read before it is defined: expected a value below %{defined}"));
        }

        return faults.Count == before;
    }

    private static void VerifyTypes(TensorGraph graph, int index, FakeContext fakes, SymbolScope symbols, List<GraphFault> faults)
    {
        var node = graph.Nodes[index];
        TensorType[] inferred;
        try
        {
            inferred = fakes.Run(node.Operator, new FakeArguments(node.Arguments.AsSpan(), graph.Types), node.Source);
        }
        catch (EvergraphException exception)
        {
            faults.Add(new(FaultPlace.Node, index, exception.Message));
            return;
        }

        if (inferred.Length != node.OutputTypes.Length)
        {
            faults.Add(new(FaultPlace.Node, index, $"{node}: expected {inferred.Length} results, given {node.OutputTypes.Length}"));
            return;
        }

        for (int i = 0; i < inferred.Length; i++)
        {
            bool fits = node.Operator.Has(OperatorTraits.DataDependent)
                ? symbols.DefineByNode(index, inferred[i], node.OutputTypes[i])
                : inferred[i] == node.OutputTypes[i];
            if (!fits)
                faults.Add(new(FaultPlace.Node, index, $"{node}: result {i}: expected {inferred[i]}, given {node.OutputTypes[i]}"));
            if (!symbols.Defines(node.OutputTypes[i].Shape))
                symbols.CheckUse(FaultPlace.Node, index, $"{node}: result {i}", node.OutputTypes[i].Shape);
        }
    }

    private static void VerifyRequirements(TensorGraph graph, FakeContext fakes, List<int> askedBy, List<GraphFault> faults)
    {
        if (fakes.Requirements.Count == 0)
            return;
        var kept = graph.Requirements.Select(requirement => requirement.Condition).ToHashSet();
        for (int i = 0; i < fakes.Requirements.Count; i++)
        {
            var requirement = fakes.Requirements[i];
            // Names of data symbols are the fake's own here and cannot be compared.
            bool ofData = requirement.Condition.Left.Symbols.Concat(requirement.Condition.Right.Symbols).Any(symbol => symbol.Kind == SymbolKind.Data);
            if (!ofData && !kept.Contains(requirement.Condition))
                faults.Add(new(FaultPlace.Node, askedBy[i], $"a requirement is lost: {requirement.Describe()}"));
        }
    }

    private static void VerifyOutputs(TensorGraph graph, List<GraphFault> faults)
    {
        for (int i = 0; i < graph.Outputs.Length; i++)
        {
            var output = graph.Outputs[i];
            if (output.Value.Id < 0 || output.Value.Id >= graph.ValueCount)
            {
                faults.Add(new(FaultPlace.Output, i, $"output {output.Name}: {output.Value} is not defined: expected a value below %{graph.ValueCount}"));
                continue;
            }

            var target = output.Kind switch
            {
                GraphOutputKind.BufferMutation => graph.Parameters.FirstOrDefault(parameter => parameter.Name == output.Target)?.Type,
                GraphOutputKind.InputMutation => graph.Inputs.FirstOrDefault(input => input.Name == output.Target)?.Type,
                _ => graph.TypeOf(output.Value),
            };
            if (target is null)
                faults.Add(new(FaultPlace.Output, i, $"output {output.Name}: its target {output.Target} does not exist"));
            else if (target != graph.TypeOf(output.Value))
                faults.Add(new(FaultPlace.Output, i, $"output {output.Name}: expected the type of {output.Target}, {target}, given {graph.TypeOf(output.Value)}"));
        }
    }
}
