using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>The left side of a rewrite rule: the shape of an expression, with names for its parts.</summary>
public abstract record Pattern
{
    private protected Pattern()
    {
    }

    /// <summary>Any value; the same name must be the same value everywhere in a pattern.</summary>
    public static Pattern Any(string name) => new AnyPattern(name);

    /// <summary>A node of an operator, whose leading arguments match; further arguments are free.</summary>
    /// <param name="name">The name that the rule's side condition and replacement use for the node.</param>
    /// <param name="operatorName">The operator's full name.</param>
    /// <param name="operands">A pattern for each leading tensor argument.</param>
    public static Pattern Op(string name, string operatorName, params Pattern[] operands) =>
        new NodePattern(name, definition => definition.Name == operatorName, EquatableArray.Create<Pattern>(operands));

    /// <summary>A node of any operator with these traits, whose leading arguments match; further arguments are free.</summary>
    public static Pattern Op(string name, OperatorTraits traits, params Pattern[] operands) =>
        new NodePattern(name, definition => definition.Has(traits), EquatableArray.Create<Pattern>(operands));

    /// <summary>Matches a node that is about to be added.</summary>
    /// <returns>Null when it does not match.</returns>
    public Match? Match(Node root, GraphBuilder graph)
    {
        var match = new Match(graph);
        return this is NodePattern pattern && pattern.Matches(root, match) ? match : null;
    }

    private protected abstract bool Matches(Value value, Match match);

    private sealed record AnyPattern(string Name) : Pattern
    {
        private protected override bool Matches(Value value, Match match) => match.Bind(Name, value);
    }

    private sealed record NodePattern(string Name, Func<OperatorDefinition, bool> Operator, EquatableArray<Pattern> Operands) : Pattern
    {
        public bool Matches(Node node, Match match)
        {
            if (!Operator(node.Operator) || node.Arguments.Length < Operands.Length)
                return false;
            match.Bind(Name, node);
            for (int i = 0; i < Operands.Length; i++)
            {
                if (node.Arguments[i] is not TensorArgument operand || !Operands[i].Matches(operand.Value, match))
                    return false;
            }

            return true;
        }

        private protected override bool Matches(Value value, Match match) =>
            match.Graph.NodeOf(value) is { } node && Matches(node, match);
    }
}
