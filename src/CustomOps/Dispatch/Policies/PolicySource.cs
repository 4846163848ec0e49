namespace Evergraph.CustomOps.Dispatch;

/// <summary>A policy, and where each key of it is written. Its operators are named in full.</summary>
public sealed class PolicySource
{
    private const string ScopeName = "scope";

    private readonly IReadOnlyDictionary<string, string> _origins;

    internal PolicySource(string name, DispatchPolicy policy, IReadOnlyDictionary<string, string> origins, EquatableArray<string>? plugins) =>
        (Name, Policy, _origins, Plugins) = (name, policy, origins, plugins);

    /// <summary>What messages call it: <c>scope</c>, <c>policy.yaml</c>, <c>environment</c>, <c>cpu.yaml</c>.</summary>
    public string Name { get; }

    /// <summary>What it says.</summary>
    public DispatchPolicy Policy { get; }

    /// <summary>The full paths of the plugins that it names; null where it says nothing of them.</summary>
    public EquatableArray<string>? Plugins { get; }

    /// <summary>The source of a policy that code sets.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="knownOperators">Full names of the operators that there are.</param>
    /// <exception cref="DispatchPolicyException">It names an operator that there is not, or twice, or something that is no vendor's name.</exception>
    public static PolicySource Scope(DispatchPolicy policy, IReadOnlyCollection<string> knownOperators)
    {
        var source = new PolicySourceBuilder(ScopeName, knownOperators);
        if (policy.Prefer is { } prefer)
            source.SetPrefer(prefer, new(ScopeName, PolicyKey.Prefer));
        if (policy.Strict is { } strict)
            source.SetStrict(strict, new(ScopeName, PolicyKey.Strict));
        if (policy.AllowVendors is { } allowed)
            source.SetAllowVendors(Checked(allowed, PolicyKey.AllowVendors), new(ScopeName, PolicyKey.AllowVendors));
        if (policy.DenyVendors is { } denied)
            source.SetDenyVendors(Checked(denied, PolicyKey.DenyVendors), new(ScopeName, PolicyKey.DenyVendors));
        foreach (var (name, order) in policy.PerOperator)
            source.AddOrder(name, order, new(ScopeName, PolicyKey.OrderOf(name)));
        return source.Build();
    }

    /// <summary>Where a key is written, such as <c>policy.yaml:7</c>; the key of an operator's order is <c>per_op evergraph::rms_norm</c>.</summary>
    public string OriginOf(string key) => _origins.GetValueOrDefault(key, Name);

    private static EquatableArray<string> Checked(EquatableArray<string> vendors, string key) =>
        [.. vendors.Select(vendor => VendorNames.Parse(vendor, new(ScopeName, key)))];
}
