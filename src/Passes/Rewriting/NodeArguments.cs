using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Reads and writes a node's arguments by the names of its schema, so that rules do not count positions.</summary>
public static class NodeArguments
{
    /// <summary>The argument of a parameter.</summary>
    /// <exception cref="EvergraphException">The operator has no parameter of that name.</exception>
    public static Argument Argument(this Node node, string parameter) => node.Arguments[node.Operator.Schema.IndexOf(parameter)];

    /// <summary>An integer argument as a size.</summary>
    public static Dim Dim(this Node node, string parameter) => ((DimArgument)node.Argument(parameter)).Dim;

    /// <summary>A list of integers.</summary>
    public static EquatableArray<Dim> Dims(this Node node, string parameter) => ((DimListArgument)node.Argument(parameter)).Items;

    /// <summary>A tensor argument, or null where it is absent.</summary>
    public static Value? Tensor(this Node node, string parameter) => (node.Argument(parameter) as TensorArgument)?.Value;

    /// <summary>Where a parameter stands in a schema.</summary>
    /// <exception cref="EvergraphException">There is no parameter of that name.</exception>
    public static int IndexOf(this OperatorSchema schema, string parameter)
    {
        for (int i = 0; i < schema.Arguments.Count; i++)
        {
            if (schema.Arguments[i].Name == parameter)
                return i;
        }

        throw new EvergraphException($"{schema.FullName} has no parameter {parameter}: expected one of {string.Join(", ", schema.Arguments.Select(argument => argument.Name))}");
    }

    /// <summary>Arguments for an operator from those that are named; the rest take their defaults.</summary>
    public static EquatableArray<Argument> Arrange(this OperatorSchema schema, params ReadOnlySpan<(string Parameter, Argument Argument)> named)
    {
        var arguments = new Argument?[schema.Arguments.Count];
        foreach (var (parameter, argument) in named)
            arguments[schema.IndexOf(parameter)] = argument;
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] ??= ArgumentDefaults.Of(schema.Arguments[i]) ?? throw new EvergraphException(
                $"{schema.FullName}: argument {schema.Arguments[i].Name} is missing and has no default");
        }

        return EquatableArray<Argument>.Own(arguments!);
    }

    /// <summary>A node's arguments with its operands replaced, in operand order.</summary>
    public static EquatableArray<Argument> WithOperands(EquatableArray<Argument> arguments, IReadOnlyList<Value> operands)
    {
        int next = 0;
        var replaced = new Argument[arguments.Length];
        for (int i = 0; i < replaced.Length; i++)
            replaced[i] = arguments[i].Rename(_ => operands[next++]);
        return EquatableArray<Argument>.Own(replaced);
    }
}
