namespace Evergraph.CustomOps.Dispatch;

/// <summary>What dispatch decided for an operator, some element types and a platform under one policy. Immutable.</summary>
public sealed class Resolution
{
    private readonly Implementation[] _usable;

    internal Resolution(int epoch, OperatorDefinition definition, DTypeSet dtypes, string platform, EffectivePolicy policy, IReadOnlyList<Candidate> candidates)
    {
        Epoch = epoch;
        Operator = definition;
        DTypes = dtypes;
        Platform = platform;
        Policy = policy;
        Candidates = candidates;
        _usable = [.. candidates.Where(candidate => candidate.IsUsable).Select(candidate => candidate.Implementation)];
    }

    /// <summary>The operator.</summary>
    public OperatorDefinition Operator { get; }

    /// <summary>The element types of the tensors among the arguments.</summary>
    public DTypeSet DTypes { get; }

    /// <summary>Where the tensors lie.</summary>
    public string Platform { get; }

    /// <summary>The policy that was asked.</summary>
    public EffectivePolicy Policy { get; }

    /// <summary>Every implementation: the usable ones in the order in which they are tried, then the rejected ones.</summary>
    public IReadOnlyList<Candidate> Candidates { get; }

    /// <summary>The implementations that may be called, in the order in which they are tried.</summary>
    public ReadOnlySpan<Implementation> Usable => _usable;

    /// <summary>The one to call, or null where there is none.</summary>
    public Implementation? Chosen => _usable.Length > 0 ? _usable[0] : null;

    /// <summary>The epoch in which it was decided: a failure is not remembered beyond it.</summary>
    internal int Epoch { get; }

    /// <summary>
    /// Whether a failure of the chosen one is remembered and another one takes its place. Strict knows one only; and where there is
    /// only one, its exception says most.
    /// </summary>
    internal bool IsRetriedAfter(Exception exception) => !Policy.Strict && _usable.Length > 1 && ImplementationFailure.Is(exception);

    /// <summary>The error of a call where nothing may be called.</summary>
    public NoImplementationException None() => new(Operator, Platform, DTypes, Candidates);
}
