using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// The facts of one moment and what was decided by them. A change makes another state, whose caches are empty: so nothing
/// decided under an older policy can be read under a newer one.
/// </summary>
internal sealed class DispatchState(DispatchFacts facts, ConcurrentDictionary<(string, string), Availability>? probes)
{
    // Scopes made anew for every request are equal values and share entries; this is for those that are not.
    private const int MostResolutions = 10_000;

    // What this thread asks the probes of now.
    [ThreadStatic]
    private static HashSet<(string Operator, string Id)>? s_asked;

    private readonly ConcurrentDictionary<Key, Resolution> _resolutions = new();
    private readonly ConcurrentDictionary<string, EffectivePolicy> _policies = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<FrozenSet<string>> _vendors = new(() =>
        facts.Registry.All.Select(implementation => implementation.Vendor).OfType<string>().ToFrozenSet(StringComparer.OrdinalIgnoreCase));

    public DispatchFacts Facts { get; } = facts;

    /// <summary>What probes said in this epoch; shared by the states of one epoch.</summary>
    public ConcurrentDictionary<(string Operator, string Id), Availability> Probes { get; } = probes ?? new();

    /// <summary>Every registered vendor.</summary>
    public FrozenSet<string> Vendors => _vendors.Value;

    /// <summary>Whether a plugin, or part of one, could not be loaded, so that a name that nothing has may be its.</summary>
    public bool HasPluginFaults => Facts.Plugins.Any(plugin => plugin.Faults.Count > 0);

    /// <summary>The same as if nothing had failed in this epoch.</summary>
    public DispatchState WithoutFailures() => Facts.Failures.IsEmpty
        ? this
        : new(Facts with { Failures = ImmutableDictionary<(string Operator, string Id), string>.Empty }, Probes);

    /// <summary>Decides, or finds what was decided.</summary>
    /// <exception cref="DispatchPolicyException">A source of the policy is wrong.</exception>
    /// <exception cref="DispatchFrozenException">Dispatch is frozen under another policy than the one in force.</exception>
    public Resolution Resolve(OperatorDefinition definition, DTypeSet dtypes, string platform, PolicyScope? scope)
    {
        var policy = PolicyOf(platform, scope);
        var key = new Key(definition, dtypes, platform, policy);
        if (_resolutions.TryGetValue(key, out var found))
            return found;
        if (Facts.Frozen is { } frozen)
            frozen.RequireSamePolicy(policy, platform);
        var resolution = new Resolution(Facts.Epoch, definition, dtypes, platform, policy, CandidateList.Of(this, definition, dtypes, platform, policy));
        if (_resolutions.Count >= MostResolutions)
            _resolutions.Clear();
        return _resolutions.GetOrAdd(key, resolution);
    }

    /// <summary>All sources merged.</summary>
    /// <exception cref="DispatchPolicyException">One of them is wrong.</exception>
    public EffectivePolicy PolicyOf(string platform, PolicyScope? scope) => scope is null
        ? _policies.TryGetValue(platform, out var found) ? found : _policies.GetOrAdd(platform, EffectivePolicy.Merge(SourcesOf(platform)))
        : scope.EffectivePolicy(this, platform);

    /// <summary>The sources below all scopes, strongest first.</summary>
    public IEnumerable<PolicySource> SourcesOf(string platform)
    {
        if (Facts.ProcessPolicy is { } policy)
            yield return PolicySource.InCode("Dispatcher.SetPolicy", policy, KnownOperators.Names);
        foreach (var source in Facts.Files.Of(platform))
            yield return source;
    }

    /// <summary>The operator's own kernels, then those registered from elsewhere.</summary>
    public List<Implementation> ImplementationsOf(OperatorDefinition definition) =>
    [
        .. definition.Kernels.Select(kernel => new Implementation
        {
            Operator = definition.Name,
            Id = kernel.Backend,
            Kind = ImplementationRegistry.SameName(kernel.Backend, Backend.Reference) ? ImplementationKind.Reference : ImplementationKind.Default,
            Function = kernel.Function,
        }),
        .. Facts.Registry.Of(definition.Name),
    ];

    /// <summary>The architecture of a platform, or −1 where there is none of it.</summary>
    public int ArchitectureOf(string platform)
    {
        foreach (var present in Facts.Platforms)
        {
            if (ImplementationRegistry.SameName(present.Name, platform))
                return present.Architecture;
        }

        return -1;
    }

    /// <summary>Why an implementation failed in this epoch, or null.</summary>
    public string? FailureOf(Implementation implementation) =>
        Facts.Failures.IsEmpty ? null : Facts.Failures.GetValueOrDefault(NameOf(implementation));

    /// <summary>What its probe says, asked once an epoch. A probe that throws says no.</summary>
    public Availability AvailabilityOf(Implementation implementation)
    {
        var name = NameOf(implementation);
        if (Probes.TryGetValue(name, out var known))
            return known;
        var asked = s_asked ??= [];
        if (!asked.Add(name))
            throw new EvergraphException($"the probe of {implementation} calls {implementation.Operator}, which asks the probe: call the implementation's own function instead");
        Availability availability;
        try
        {
            availability = implementation.Probe();
        }
#pragma warning disable CA1031 // What a probe throws is why the implementation cannot be used, and is told so.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            availability = Availability.No($"its probe failed: {ImplementationFailure.Describe(exception)}");
        }
        finally
        {
            asked.Remove(name);
        }

        return Probes.GetOrAdd(name, availability);
    }

    /// <summary>The key under which failures and probes are kept.</summary>
    public static (string Operator, string Id) NameOf(Implementation implementation) => (implementation.Operator, implementation.Id.ToLowerInvariant());

    private readonly record struct Key(OperatorDefinition Operator, DTypeSet DTypes, string Platform, EffectivePolicy Policy);
}
