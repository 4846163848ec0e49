using System.Runtime.CompilerServices;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// A place that calls an operator through dispatch, and remembers what was decided: a call whose element types, policy and
/// dispatcher state are those of the call before costs one comparison of each and allocates nothing. Thread-safe.
/// </summary>
public sealed class DispatchSite : KernelSite
{
    private readonly Dispatcher _dispatcher;
    private readonly string _platform;
    private Entry? _entry;

    /// <summary>A site of the process's own dispatcher, for tensors in the processor's memory.</summary>
    public DispatchSite(OperatorDefinition definition)
        : this(definition, Dispatcher.Default)
    {
    }

    /// <summary>A site of a dispatcher.</summary>
    /// <param name="definition">The operator.</param>
    /// <param name="dispatcher">Who chooses.</param>
    /// <param name="platform">Where the tensors lie.</param>
    public DispatchSite(OperatorDefinition definition, Dispatcher dispatcher, string platform = Platform.Cpu)
        : base(definition)
    {
        _dispatcher = dispatcher;
        _platform = platform;
    }

    /// <summary>What a call with these element types would run.</summary>
    /// <exception cref="DispatchPolicyException">A source of the policy is wrong.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Resolution Resolve(DTypeSet dtypes)
    {
        var entry = Volatile.Read(ref _entry);
        if (entry is not null && entry.State == _dispatcher.State && entry.DTypes == dtypes && entry.Scope == PolicyScope.Current)
            return entry.Resolution;
        return Find(dtypes);
    }

    /// <inheritdoc/>
    /// <exception cref="NoImplementationException">Nothing may be called; of each implementation the message says why.</exception>
    /// <exception cref="AllImplementationsFailedException">All that may be called failed.</exception>
    /// <exception cref="DispatchPolicyException">A source of the policy is wrong.</exception>
    public override void Call(object? layer, ReadOnlySpan<KernelArgument> arguments, DTypeSet dtypes, Span<Tensor> results)
    {
        var resolution = Resolve(dtypes);
        var chosen = resolution.Chosen ?? throw resolution.None();
        try
        {
            Invoke(chosen, layer, arguments, results);
        }
        catch (Exception exception) when (resolution.IsRetriedAfter(exception))
        {
            if (!_dispatcher.Fail(resolution, chosen, exception))
                throw;
            CallNext(resolution, exception, layer, arguments, results);
        }
    }

    /// <summary>The only difference between a plain call and one bound to a layer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Invoke(Implementation implementation, object? layer, ReadOnlySpan<KernelArgument> arguments, Span<Tensor> results)
    {
        if (layer is not null && implementation.LayerFunction is { } bound)
            bound(layer, arguments, results);
        else
            implementation.Function(arguments, results);
    }

    private void CallNext(Resolution resolution, Exception first, object? layer, ReadOnlySpan<KernelArgument> arguments, Span<Tensor> results)
    {
        var failures = new List<(Implementation, Exception)> { (resolution.Usable[0], first) };
        foreach (var implementation in resolution.Usable[1..])
        {
            results.Clear();
            _dispatcher.Log.FellBack(resolution, implementation, failures[^1]);
            try
            {
                Invoke(implementation, layer, arguments, results);
                return;
            }
            catch (Exception exception) when (ImplementationFailure.Is(exception))
            {
                _dispatcher.Fail(resolution, implementation, exception);
                failures.Add((implementation, exception));
            }
        }

        throw new AllImplementationsFailedException(Operator, failures);
    }

    private Resolution Find(DTypeSet dtypes)
    {
        var scope = PolicyScope.Current;
        var state = _dispatcher.CurrentState();
        var resolution = state.Resolve(Operator, dtypes, _platform, scope);
        _dispatcher.Log.Uses(resolution);
        Volatile.Write(ref _entry, new(state, dtypes, scope, resolution));
        return resolution;
    }

    private sealed record Entry(DispatchState State, DTypeSet DTypes, PolicyScope? Scope, Resolution Resolution);
}
