namespace Evergraph.Graph.Import.TorchExport;

/// <summary>The Python functions that exported programs call on sizes. They are evaluated at import and never become nodes.</summary>
internal static class SizeOperators
{
    private static readonly Dictionary<string, Relation> Relations = new(StringComparer.Ordinal)
    {
        ["_operator.eq"] = Relation.Equal,
        ["_operator.ne"] = Relation.NotEqual,
        ["_operator.lt"] = Relation.Less,
        ["_operator.le"] = Relation.LessOrEqual,
        ["_operator.gt"] = Relation.Greater,
        ["_operator.ge"] = Relation.GreaterOrEqual,
    };

    private static readonly Dictionary<string, (int Operands, Func<Dim[], Dim> Apply)> Functions = new(StringComparer.Ordinal)
    {
        ["_operator.add"] = (2, static d => d[0] + d[1]),
        ["_operator.sub"] = (2, static d => d[0] - d[1]),
        ["_operator.mul"] = (2, static d => d[0] * d[1]),
        ["_operator.floordiv"] = (2, static d => Dim.FloorDiv(d[0], d[1])),
        ["_operator.mod"] = (2, static d => Dim.Mod(d[0], d[1])),
        ["_operator.neg"] = (1, static d => -d[0]),
        ["_operator.pos"] = (1, static d => d[0]),
        ["_operator.index"] = (1, static d => d[0]),
        ["_operator.pow"] = (2, static d => Power(d[0], d[1])),
        ["torch.sym_max"] = (2, static d => Dim.Max(d[0], d[1])),
        ["torch.sym_min"] = (2, static d => Dim.Min(d[0], d[1])),
        ["builtins.max"] = (2, static d => Dim.Max(d[0], d[1])),
        ["builtins.min"] = (2, static d => Dim.Min(d[0], d[1])),
    };

    /// <summary>Whether the target is a function of sizes that is known.</summary>
    public static bool Knows(string target) =>
        Functions.ContainsKey(target) || Relations.ContainsKey(target) || target is "torch.sym_not" or "torch.sym_sum" or "_operator.and_";

    /// <summary>Evaluates the node and defines its result.</summary>
    public static void Evaluate(ValueScope scope, NodeContext at)
    {
        ExportedNode node = at.Node!;
        if (node.Outputs is not [var output])
            throw at.Fault($"expected one result, given {node.Outputs.Count}");
        try
        {
            switch (output)
            {
                case ExportedArgument.SymInt { Value.Name: { } name }:
                    scope.Define(name, Size(scope, at), at);
                    break;
                case ExportedArgument.SymBool truth:
                    scope.Define(truth.Name, Truth(scope, at), at);
                    break;
                default:
                    throw at.Fault($"expected a size or a condition as its result, given {output.Kind}");
            }
        }
        catch (EvergraphException fault) when (fault is not ImportException)
        {
            throw at.Fault(fault.Message, fault);
        }
    }

    private static Dim Size(ValueScope scope, NodeContext at)
    {
        ExportedNode node = at.Node!;
        if (node.Target == "torch.sym_sum" && node.Inputs is [{ Value: ExportedArgument.SymInts terms }])
            return terms.Values.Aggregate((Dim)0, (sum, term) => sum + scope.Size(term, at));
        if (!Functions.TryGetValue(node.Target, out var function))
            throw at.Fault("expected a condition as its result, given a size");
        return function.Apply(Operands(scope, at, function.Operands));
    }

    private static IReadOnlyList<Condition> Truth(ValueScope scope, NodeContext at)
    {
        ExportedNode node = at.Node!;
        if (Relations.TryGetValue(node.Target, out Relation relation))
        {
            Dim[] sides = Operands(scope, at, 2);
            return [new Condition(sides[0], relation, sides[1])];
        }
        IReadOnlyList<Condition>[] operands = [.. node.Inputs.Select(input => Truth(input.Value, scope, at))];
        return (node.Target, operands) switch
        {
            ("_operator.and_", [var left, var right]) => [.. left, .. right],
            ("torch.sym_not", [[var only]]) => [!only],
            _ => throw at.Fault($"expected conditions that can be combined into one, given {operands.Length}; put the branch inside an operator"),
        };
    }

    /// <summary>The conditions of an argument, all of which hold when it is true.</summary>
    public static IReadOnlyList<Condition> Truth(ExportedArgument argument, ValueScope scope, NodeContext at) => argument switch
    {
        ExportedArgument.SymBool symbol => scope.Truth(symbol.Name, at),
        ExportedArgument.Bool truth => [new Condition(0, Relation.Equal, truth.Value ? 0 : 1)],
        _ => throw at.Fault($"expected a condition, given {argument.Kind}"),
    };

    private static Dim[] Operands(ValueScope scope, NodeContext at, int count)
    {
        IReadOnlyList<ExportedInput> inputs = at.Node!.Inputs;
        if (inputs.Count != count)
            throw at.Fault($"expected {count} operands, given {inputs.Count}");
        return [.. inputs.Select(input => input.Value switch
        {
            ExportedArgument.Int number => number.Value,
            ExportedArgument.SymInt size => scope.Size(size.Value, at),
            _ => throw at.Fault($"expected a whole number, given {input.Value.Kind}"),
        })];
    }

    private static Dim Power(Dim value, Dim exponent)
    {
        if (!exponent.TryGetConstant(out long times) || times is < 0 or > DimLimits.Degree)
            throw new DimLimitException($"expected a whole exponent from 0 to {DimLimits.Degree}, given {exponent}");
        Dim power = 1;
        for (long i = 0; i < times; i++)
            power *= value;
        return power;
    }
}
