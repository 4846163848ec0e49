using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// Chooses which implementation of an operator runs: the one way every kernel is reached. Holds the implementations, the
/// policy and what failed. Thread-safe; calls never wait for changes, only for plugins that are being loaded.
/// </summary>
public sealed class Dispatcher
{
    private static readonly Lazy<Dispatcher> OfProcess = new(() => new(DispatcherOptions.OfProcess()));

    private readonly DispatcherOptions _options;
    private readonly PluginLoader _plugins;
    private readonly Lock _gate = new();
    private DispatchState _state;

    /// <summary>Creates a dispatcher; programs use <see cref="Default"/>.</summary>
    public Dispatcher(DispatcherOptions? options = null)
    {
        _options = options ?? new();
        Log = new(_options.LoggerFactory);
        _state = new(new() { Files = new(_options.Environment), Platforms = [.. _options.Platforms] }, null);
        _plugins = new(this);
        foreach (var assembly in _options.Plugins)
            _plugins.Load(assembly);
        if (_options.FollowsLoadedAssemblies)
            _plugins.Follow(AppDomain.CurrentDomain);
    }

    /// <summary>The process's own, which reads its environment and follows its assemblies.</summary>
    public static Dispatcher Default => OfProcess.Value;

    /// <summary>Every registered implementation, by operator and id; the operators' own kernels are not among them.</summary>
    public IReadOnlyList<Implementation> Implementations => [.. CurrentState().Facts.Registry.All];

    /// <summary>What each plugin brought, and what it could not.</summary>
    public IReadOnlyList<PluginReport> Plugins => CurrentState().Facts.Plugins;

    /// <summary>What is frozen, or null.</summary>
    public FrozenDispatch? Frozen => State.Facts.Frozen;

    /// <summary>Moves with every change of policy, implementations or platforms, and when failures are cleared.</summary>
    public int Epoch => State.Facts.Epoch;

    internal DispatchLog Log { get; private set; }

    internal DispatchState State => Volatile.Read(ref _state);

    /// <summary>Tells of an assembly's operators; called by generated code when the assembly is loaded.</summary>
    public static void Install(Func<IOperatorLibrary> library)
    {
        KnownOperators.Add(library);
        KernelSite.Install(static definition => new DispatchSite(definition));
    }

    /// <summary>Adds implementations: all of them or none.</summary>
    /// <exception cref="EvergraphException">One is not well formed, or its id is taken; nothing is added then.</exception>
    /// <exception cref="DispatchFrozenException">Dispatch is frozen.</exception>
    public void Register(params IReadOnlyList<Implementation> implementations) =>
        Change("registering implementations", facts => facts with { Registry = facts.Registry.With(implementations) });

    /// <summary>Tells of hardware that is there: another platform, or another architecture of one.</summary>
    /// <exception cref="DispatchFrozenException">Dispatch is frozen.</exception>
    public void AddPlatform(Platform platform) => Change("adding a platform", facts => facts with
    {
        Platforms = [.. facts.Platforms.Where(other => !ImplementationRegistry.SameName(other.Name, platform.Name)), platform],
    });

    /// <summary>Sets what this process wants, or null for nothing: weaker than a scope, stronger than files and variables.</summary>
    /// <exception cref="DispatchFrozenException">Dispatch is frozen.</exception>
    /// <exception cref="DispatchPolicyException">The policy names an operator that there is not; the former one stays.</exception>
    public void SetPolicy(DispatchPolicy? policy) => Change("a change of policy", facts => Checked(facts with { ProcessPolicy = policy }));

    /// <summary>Reads the file and the variables anew.</summary>
    /// <param name="environment">The variables, or null for those that the dispatcher was made with.</param>
    /// <exception cref="DispatchFrozenException">Dispatch is frozen.</exception>
    /// <exception cref="DispatchPolicyException">One of them is wrong; the former ones stay.</exception>
    public void Reload(IReadOnlyDictionary<string, string>? environment = null) =>
        Change("reading the policy anew", facts => Checked(facts with { Files = new(environment ?? _options.Environment) }));

    /// <summary>Forgets which implementations failed, and what probes said; while dispatch is frozen only the former.</summary>
    public void ClearFailures()
    {
        lock (_gate)
            Move(State.Facts, Frozen is null ? null : State.Probes);
    }

    /// <summary>Logs to another place from now on.</summary>
    public void UseLogger(Microsoft.Extensions.Logging.ILoggerFactory loggerFactory) => Log = new(loggerFactory);

    /// <summary>The policy in force here for tensors on a platform, all sources merged, with where each key is written.</summary>
    /// <exception cref="DispatchPolicyException">One of the sources is wrong.</exception>
    public EffectivePolicy PolicyOf(string platform = Platform.Cpu) => CurrentState().PolicyOf(platform, PolicyScope.Current);

    /// <summary>Decides for a call with these tensors in the processor's memory.</summary>
    /// <exception cref="DispatchPolicyException">A source of the policy is wrong.</exception>
    public Resolution Resolve(OperatorDefinition definition, params ReadOnlySpan<Tensor> inputs) => Resolve(definition, DTypeSet.Of(inputs));

    /// <summary>Decides for tensors of these element types; for <see cref="DTypeSet.None"/> whatever types implementations take.</summary>
    /// <exception cref="DispatchPolicyException">A source of the policy is wrong.</exception>
    public Resolution Resolve(OperatorDefinition definition, DTypeSet dtypes, string platform = Platform.Cpu) =>
        CurrentState().Resolve(definition, dtypes, platform, PolicyScope.Current);

    /// <summary>Every implementation for a call with these tensors: the usable ones in order, then the rejected ones with the reason.</summary>
    /// <exception cref="DispatchPolicyException">A source of the policy is wrong.</exception>
    public IReadOnlyList<Candidate> ResolveCandidates(OperatorDefinition definition, params ReadOnlySpan<Tensor> inputs) =>
        Resolve(definition, inputs).Candidates;

    /// <summary>Loads the plugins of an assembly; what fails is reported in <see cref="Plugins"/> and logged.</summary>
    /// <exception cref="DispatchFrozenException">Dispatch is frozen.</exception>
    public void LoadPlugin(Assembly assembly)
    {
        RequireThawed("loading a plugin");
        _plugins.Load(assembly);
    }

    /// <summary>Loads the plugins of a file; what fails is reported in <see cref="Plugins"/> and logged.</summary>
    /// <exception cref="DispatchFrozenException">Dispatch is frozen.</exception>
    public void LoadPlugin(string path)
    {
        RequireThawed("loading a plugin");
        _plugins.Load(path);
    }

    /// <summary>Decides for every operator now, under the policy in force here, and lets nothing change that until the result is disposed.</summary>
    /// <remarks>Failures at run time still make the next implementation take over.</remarks>
    /// <exception cref="DispatchFrozenException">It is frozen already.</exception>
    /// <exception cref="DispatchPolicyException">A source of the policy is wrong.</exception>
    public FrozenDispatch Freeze(OperatorRegistry operators, string platform = Platform.Cpu)
    {
        while (true)
        {
            var state = CurrentState();
            RequireThawed("another Freeze");

            // Without the lock: probes, which are code of others, are asked here.
            var policy = state.PolicyOf(platform, PolicyScope.Current);
            var choices = operators.Operators.Select(definition => state.Resolve(definition, DTypeSet.None, platform, PolicyScope.Current)).ToArray();
            var frozen = new FrozenDispatch(this, policy, platform, choices, HashOf(state, operators.Operators, platform));
            lock (_gate)
            {
                RequireThawed("another Freeze");
                if (State.Facts == state.Facts)
                {
                    Volatile.Write(ref _state, new(state.Facts with { Frozen = frozen }, state.Probes));
                    return frozen;
                }
            }
        }
    }

    /// <summary>
    /// A hash over what is decided here for some operators, for the keys of caches; see <see cref="FrozenDispatch.Hash"/>. Failures at run
    /// time do not change it.
    /// </summary>
    public string HashOf(IEnumerable<OperatorDefinition> operators, string platform = Platform.Cpu) => HashOf(CurrentState(), operators, platform);

    internal void Thaw(FrozenDispatch frozen)
    {
        lock (_gate)
        {
            if (State.Facts.Frozen == frozen)
                Volatile.Write(ref _state, new(State.Facts with { Frozen = null }, State.Probes));
        }
    }

    /// <summary>The state, after plugins that wait have been loaded.</summary>
    internal DispatchState CurrentState()
    {
        while (true)
        {
            var state = State;
            if (!_plugins.IsWaiting(state))
                return state;
            _plugins.LoadWaiting();
        }
    }

    /// <summary>Makes every site ask again, because a plugin waits.</summary>
    internal void Refresh()
    {
        // Without the lock: the runtime calls this in the middle of loading an assembly. Where another change comes first, that
        // makes sites ask again as well.
        var state = State;
        Interlocked.CompareExchange(ref _state, new(state.Facts, state.Probes), state);
    }

    /// <summary>Takes what a plugin brought. A batch that clashes with what is registered is added one by one, and what clashes is reported.</summary>
    internal void Add(PluginReport report, IReadOnlyList<Implementation> implementations)
    {
        lock (_gate)
        {
            var registry = State.Facts.Registry;
            var faults = report.Faults.ToList();
            int added = 0;
            foreach (var implementation in implementations)
            {
                try
                {
                    RequireThawed("a plugin loaded now");
                    registry = registry.With([implementation]);
                    added++;
                }
                catch (EvergraphException exception)
                {
                    faults.Add(new($"{implementation.Operator} {implementation.Id}", exception));
                }
            }

            report = report with { Registered = added, Faults = faults };
            var facts = State.Facts with { Registry = registry, Plugins = State.Facts.Plugins.Add(report) };
            if (added > 0)
                Move(facts);
            else
                Volatile.Write(ref _state, new(facts, State.Probes));
        }

        Log.Loaded(report);
    }

    /// <summary>Remembers a failure, and says whether another implementation may be tried.</summary>
    internal bool Fail(Resolution resolution, Implementation implementation, Exception exception)
    {
        string reason = ImplementationFailure.Describe(exception);
        lock (_gate)
        {
            var name = DispatchState.NameOf(implementation);
            var facts = State.Facts;
            if (facts.Epoch == resolution.Epoch && !facts.Failures.ContainsKey(name))
                Volatile.Write(ref _state, new(facts with { Failures = facts.Failures.Add(name, reason) }, State.Probes));
        }

        // What it wrote, or told other ranks, before it failed cannot be taken back.
        const OperatorTraits once = OperatorTraits.Mutates | OperatorTraits.Collective | OperatorTraits.MaybeOverlap;
        bool isRetried = (resolution.Operator.Traits & once) == 0;
        if (!isRetried)
            Log.NotRetried(resolution, implementation, exception);
        return isRetried;
    }

    private static string HashOf(DispatchState state, IEnumerable<OperatorDefinition> operators, string platform)
    {
        state = state.WithoutFailures();
        return FrozenDispatch.HashOf(operators.Select(definition => state.Resolve(definition, DTypeSet.None, platform, PolicyScope.Current)));
    }

    /// <summary>The facts, if their policy can be read.</summary>
    private static DispatchFacts Checked(DispatchFacts facts)
    {
        _ = new DispatchState(facts, null).PolicyOf(Platform.Cpu, null);
        return facts;
    }

    private void Change(string what, Func<DispatchFacts, DispatchFacts> change)
    {
        _ = CurrentState();
        lock (_gate)
        {
            RequireThawed(what);
            Move(change(State.Facts));
        }
    }

    /// <summary>Begins another epoch, in which nothing has failed and, unless answers are given, every probe is asked again.</summary>
    private void Move(DispatchFacts facts, ConcurrentDictionary<(string Operator, string Id), Availability>? probes = null) => Volatile.Write(
        ref _state, new(facts with { Epoch = facts.Epoch + 1, Failures = ImmutableDictionary<(string Operator, string Id), string>.Empty }, probes));

    private void RequireThawed(string what)
    {
        if (State.Facts.Frozen is not null)
            throw new DispatchFrozenException(what);
    }
}
