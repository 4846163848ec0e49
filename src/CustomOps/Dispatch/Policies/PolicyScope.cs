namespace Evergraph.CustomOps.Dispatch;

/// <summary>A policy in force in a part of the program: on the thread that made it and wherever its asynchronous work flows.</summary>
internal sealed class PolicyScope : IDisposable
{
    private static readonly AsyncLocal<PolicyScope?> InForce = new();

    // While nobody uses a scope, a call need not look for one.
    private static int s_open;

    private readonly PolicyScope? _outer;
    private readonly DispatchPolicy _policy;
    private Merged? _merged;
    private int _isDisposed;

    private PolicyScope(DispatchPolicy policy)
    {
        _policy = policy;
        _outer = Current;
    }

    /// <summary>The innermost scope here that is not disposed, or null.</summary>
    /// <remarks>Work that a scope flowed to, and that outlives it, still holds it: for that it ends there as well.</remarks>
    public static PolicyScope? Current => Volatile.Read(ref s_open) == 0 ? null : Innermost();

    /// <summary>Puts a policy in force until the result is disposed.</summary>
    public static PolicyScope Enter(DispatchPolicy policy)
    {
        var scope = new PolicyScope(policy);
        Interlocked.Increment(ref s_open);
        InForce.Value = scope;
        return scope;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        // Another one is in force where scopes are not disposed in the order of their making, or not where they were made.
        if (InForce.Value == this)
            InForce.Value = _outer;
        Interlocked.Decrement(ref s_open);
    }

    /// <summary>This scope over the outer ones over all other sources.</summary>
    public EffectivePolicy EffectivePolicy(DispatchState state, string platform)
    {
        var merged = Volatile.Read(ref _merged);
        if (merged is null || merged.State != state || merged.Platform != platform)
        {
            merged = new(state, platform, Dispatch.EffectivePolicy.Merge([.. Sources(), .. state.SourcesOf(platform)]));
            Volatile.Write(ref _merged, merged);
        }

        return merged.Policy;
    }

    private static PolicyScope? Innermost()
    {
        var scope = InForce.Value;
        while (scope is not null && Volatile.Read(ref scope._isDisposed) != 0)
            scope = scope._outer;
        return scope;
    }

    private IEnumerable<PolicySource> Sources()
    {
        for (var scope = this; scope is not null; scope = scope._outer)
            yield return PolicySource.InCode("DispatchPolicy.Use", scope._policy, KnownOperators.Names);
    }

    private sealed record Merged(DispatchState State, string Platform, EffectivePolicy Policy);
}
