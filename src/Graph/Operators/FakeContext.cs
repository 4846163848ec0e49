namespace Evergraph.Graph;

/// <summary>
/// What a fake can ask of whoever runs it: a requirement on sizes, a fresh size, an error at its place. One is in force
/// on a thread while a graph is built or an eager call is checked.
/// </summary>
public sealed class FakeContext
{
    [ThreadStatic]
    private static FakeContext? t_current;

    private readonly List<Requirement> _requirements = [];
    private readonly HashSet<Requirement> _known = [];
    private int _nextSymbol;

    /// <summary>A context whose fresh symbols are u<paramref name="firstSymbol"/>, u… in turn.</summary>
    public FakeContext(int firstSymbol = 0) => _nextSymbol = firstSymbol;

    /// <summary>The requirements that could not be proven, each once, in the order they came.</summary>
    public IReadOnlyList<Requirement> Requirements => _requirements;

    /// <summary>The operator whose fake is running.</summary>
    public string Operator { get; private set; } = "";

    /// <summary>Where in the model the fake runs.</summary>
    public NodeSource Source { get; private set; }

    /// <summary>States a fact about sizes. Proven: nothing happens. Unknown: kept, and checked at each call.</summary>
    /// <param name="condition">What must hold; for an equation the given size stands left and the expected one right.</param>
    /// <param name="message">What is wrong when it does not hold.</param>
    /// <exception cref="ShapeException">It is refuted: it can hold at no size.</exception>
    public static void Require(Condition condition, string message)
    {
        var proof = condition.Proof;
        if (proof == Truth.True)
            return;
        var context = t_current;
        var requirement = new Requirement(condition, message, context?.Operator ?? "", context?.Source ?? NodeSource.None);
        if (proof == Truth.False)
            throw new ShapeException(requirement.Describe());
        if (context is null)
        {
            throw new InvalidOperationException(
                $"'{condition}' is not decided and no FakeContext is in force to keep it: run fakes through a GraphBuilder");
        }

        if (context._known.Add(requirement))
            context._requirements.Add(requirement);
    }

    /// <summary>States a fact that is known when the fake runs, such as a rank or an element type.</summary>
    /// <exception cref="ShapeException">It does not hold.</exception>
    public static void Require(bool holds, string message)
    {
        if (!holds)
            throw Fail(message);
    }

    /// <summary>A size that is known only after the operator ran: a fresh symbol with range 0…bound.</summary>
    public static Dim FreshSymbol(Dim bound)
    {
        var context = t_current ?? throw new InvalidOperationException(
            "a size that depends on data needs a FakeContext to name it: run fakes through a GraphBuilder");
        return new Symbol($"u{context._nextSymbol++}", 0, Math.Max(0, bound.Range.Max), SymbolKind.Data);
    }

    /// <summary>The error of this operator at this place.</summary>
    public static ShapeException Fail(string message)
    {
        var context = t_current;
        if (context is null || context.Operator.Length == 0)
            return new(message);
        string place = context.Source.ToString() is { Length: > 0 } source ? $" at {source}" : "";
        return new($"{context.Operator}{place}: {message}");
    }

    /// <summary>Runs an operator's fake with this context in force.</summary>
    /// <returns>One type for each result.</returns>
    /// <exception cref="ShapeException">The fake refused the arguments.</exception>
    public TensorType[] Run(OperatorDefinition definition, FakeArguments arguments, NodeSource source)
    {
        var previous = t_current;
        var (outerOperator, outerSource) = (Operator, Source);
        (Operator, Source) = (definition.Name, source);
        t_current = this;
        try
        {
            return definition.Fake(arguments);
        }
        catch (EvergraphException exception) when (exception is not ShapeException)
        {
            // An error of the size algebra knows no place; here it gets the operator's.
            throw Fail(exception.Message);
        }
        finally
        {
            t_current = previous;
            (Operator, Source) = (outerOperator, outerSource);
        }
    }
}
