using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>The left side of a rewrite rule: the shape of an expression, with names for its parts.</summary>
/// <remarks>
/// Where there is a choice (the operands of a commutative operator, the alternatives of <see cref="Either"/>) the first that
/// lets the whole pattern match is taken.
/// </remarks>
public abstract record Pattern
{
    private protected Pattern()
    {
    }

    /// <summary>Any value; the same name must be the same value everywhere in a pattern.</summary>
    public static Pattern Any(string name) => new AnyPattern(name);

    /// <summary>A node of an operator, whose leading arguments match; further arguments are free.</summary>
    /// <param name="name">The name that the rule's side condition and replacement use for the node, and for the result of it that is read.</param>
    /// <param name="operatorName">The operator's full name.</param>
    /// <param name="operands">A pattern for each leading tensor argument; of a commutative operator the first two in either order.</param>
    public static Pattern Op(string name, string operatorName, params Pattern[] operands) =>
        new NodePattern(name, definition => definition.Name == operatorName, EquatableArray.Create<Pattern>(operands));

    /// <summary>A node of one of some operators, whose leading arguments match; further arguments are free.</summary>
    public static Pattern Op(string name, IReadOnlyList<string> operatorNames, params Pattern[] operands) =>
        new NodePattern(name, definition => operatorNames.Contains(definition.Name), EquatableArray.Create<Pattern>(operands));

    /// <summary>A node of any operator with these traits, whose leading arguments match; further arguments are free.</summary>
    public static Pattern Op(string name, OperatorTraits traits, params Pattern[] operands) =>
        new NodePattern(name, definition => definition.Has(traits), EquatableArray.Create<Pattern>(operands));

    /// <summary>What one of the alternatives matches.</summary>
    public static Pattern Either(params Pattern[] alternatives) => new EitherPattern(EquatableArray.Create<Pattern>(alternatives));

    /// <summary>A list of tensors, of exactly these items.</summary>
    public static Pattern List(params Pattern[] items) => new ListPattern(EquatableArray.Create<Pattern>(items));

    /// <summary>Matches a node that is about to be added.</summary>
    /// <returns>Null when it does not match.</returns>
    public Match? Match(Node root, GraphBuilder graph)
    {
        if (this is not NodePattern pattern || !pattern.Operator(root.Operator))
            return null;
        var match = new Match(graph);
        return pattern.Matches(root, match, () => true) ? match : null;
    }

    /// <summary>Matches an argument, and then what is left of the pattern.</summary>
    private protected abstract bool Matches(Argument argument, Match match, Func<bool> rest);

    // Item i and those after it, one after the other.
    private static bool All(EquatableArray<Pattern> patterns, Func<int, Argument> argument, int i, Match match, Func<bool> rest) =>
        i == patterns.Length
            ? rest()
            : patterns[i].Matches(argument(i), match, () => All(patterns, argument, i + 1, match, rest));

    private sealed record AnyPattern(string Name) : Pattern
    {
        private protected override bool Matches(Argument argument, Match match, Func<bool> rest) =>
            argument is TensorArgument operand && match.Try(() => match.Bind(Name, operand.Value) && rest());
    }

    private sealed record EitherPattern(EquatableArray<Pattern> Alternatives) : Pattern
    {
        private protected override bool Matches(Argument argument, Match match, Func<bool> rest)
        {
            foreach (var alternative in Alternatives)
            {
                if (alternative.Matches(argument, match, rest))
                    return true;
            }

            return false;
        }
    }

    private sealed record ListPattern(EquatableArray<Pattern> Items) : Pattern
    {
        private protected override bool Matches(Argument argument, Match match, Func<bool> rest) =>
            argument is TensorListArgument list && list.Items.Length == Items.Length && list.Items.All(item => item.HasValue)
            && All(Items, i => new TensorArgument(list.Items[i]!.Value), 0, match, rest);
    }

    private sealed record NodePattern(string Name, Func<OperatorDefinition, bool> Operator, EquatableArray<Pattern> Operands) : Pattern
    {
        public bool Matches(Node node, Match match, Func<bool> rest)
        {
            if (!Operator(node.Operator) || node.Arguments.Length < Operands.Length)
                return false;
            return match.Try(() =>
            {
                match.Bind(Name, node);
                return All(Operands, i => node.Arguments[i], 0, match, rest)
                    || (Operands.Length >= 2 && node.Operator.Has(OperatorTraits.Commutative)
                        && All(Operands, i => node.Arguments[i < 2 ? 1 - i : i], 0, match, rest));
            });
        }

        private protected override bool Matches(Argument argument, Match match, Func<bool> rest) =>
            argument is TensorArgument operand && match.Graph.NodeOf(operand.Value) is { } node
            && match.Try(() => match.Bind(Name, operand.Value) && Matches(node, match, rest));
    }
}
