using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Applies rules to a graph in one sweep from inputs to outputs. Rules look from a node up at what computes its operands;
/// what a rule adds is offered to the rules again, so at the end no rule applies anywhere.
/// </summary>
/// <remarks>Equal nodes that rules add are added once.</remarks>
public sealed class RuleRewriter
{
    // A rule set that undoes its own work would go on for ever; real chains have a handful of steps.
    private const int MaxDepth = 100;

    private readonly GraphRewriter _rewriter;
    private readonly IReadOnlyList<RewriteRule> _rules;
    private readonly List<Rewrite> _rewrites = [];
    private readonly Dictionary<Node, Value[]> _added = [];
    private int _depth;

    private RuleRewriter(TensorGraph graph, IReadOnlyList<RewriteRule> rules, PassContext context)
    {
        _rewriter = new(graph);
        _rules = rules;
        Context = context;
    }

    /// <summary>The pass's context.</summary>
    public PassContext Context { get; }

    /// <summary>The graph so far.</summary>
    public GraphBuilder Graph => _rewriter.Builder;

    /// <summary>Where the root of the rule that is being applied comes from.</summary>
    public NodeSource Source { get; private set; }

    /// <summary>Rewrites a graph.</summary>
    public static PassResult Apply(TensorGraph graph, IReadOnlyList<RewriteRule> rules, PassContext context)
    {
        var rewriter = new RuleRewriter(graph, rules, context);
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            rewriter.Source = graph.Nodes[i].Source;
            rewriter._rewriter.Bind(i, rewriter.Add(rewriter._rewriter.Renew(graph.Nodes[i])));
        }

        return rewriter._rewrites.Count == 0 ? PassResult.Unchanged(graph) : new(rewriter._rewriter.Finish(), rewriter._rewrites);
    }

    /// <summary>Adds a node of a named operator; arguments that are not named take their defaults. Rules are applied to it.</summary>
    public Value[] Add(string operatorName, params ReadOnlySpan<(string Parameter, Argument Argument)> named)
    {
        var definition = Context.Registry.Find(operatorName);
        return Add(Graph.Infer(definition, definition.Schema.Arrange(named), Source));
    }

    /// <summary>Adds a node of an operator. Rules are applied to it.</summary>
    public Value[] Add(OperatorDefinition definition, EquatableArray<Argument> arguments) => Add(Graph.Infer(definition, arguments, Source));

    private Value[] Add(Node node)
    {
        if (_added.TryGetValue(node, out var known))
            return known;
        if (++_depth > MaxDepth)
            throw new EvergraphException($"{node}: rules were applied {MaxDepth} times in a chain: two of them undo each other: {string.Join("; ", _rewrites.TakeLast(3))}");
        var results = Rewrite(node) ?? Graph.Add(node);
        _depth--;
        if (node.Operator.Has(OperatorTraits.Pure) || node.Operator.Has(OperatorTraits.Collective) || node.Operator.Has(OperatorTraits.RankDependent))
            _added[node] = results;
        return results;
    }

    private Value[]? Rewrite(Node node)
    {
        foreach (var rule in _rules)
        {
            if (rule.Pattern.Match(node, Graph) is { } match && rule.When(match))
            {
                _rewrites.Add(new(rule.Algebra, node.ToString()));
                return rule.Replace(match, this);
            }
        }

        return null;
    }
}
