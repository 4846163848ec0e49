namespace Evergraph.CustomOps.Dispatch;

/// <summary>A policy, and where each key of it is written. Its operators are named in full.</summary>
public sealed class PolicySource
{
    private readonly IReadOnlyDictionary<string, string> _origins;

    internal PolicySource(string name, DispatchPolicy policy, IReadOnlyDictionary<string, string> origins, EquatableArray<string>? plugins) =>
        (Name, Policy, _origins, Plugins) = (name, policy, origins, plugins);

    /// <summary>What messages call it: <c>DispatchPolicy.Use</c>, <c>policy.yaml</c>, <c>environment</c>, <c>cpu.yaml</c>.</summary>
    public string Name { get; }

    /// <summary>What it says.</summary>
    public DispatchPolicy Policy { get; }

    /// <summary>The full paths of the plugins that it names; null where it says nothing of them.</summary>
    public EquatableArray<string>? Plugins { get; }

    /// <summary>The source of a policy that code sets.</summary>
    /// <param name="name">What sets it, such as <c>DispatchPolicy.Use</c>.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="knownOperators">Full names of the operators that there are.</param>
    /// <exception cref="DispatchPolicyException">It names an operator that there is not, or twice, or something that is no vendor's name.</exception>
    public static PolicySource InCode(string name, DispatchPolicy policy, IReadOnlyCollection<string> knownOperators)
    {
        var source = new PolicySourceBuilder(name, knownOperators);
        if (policy.Prefer is { } prefer)
            source.SetPrefer(prefer, new(name, PolicyKey.Prefer));
        if (policy.Strict is { } strict)
            source.SetStrict(strict, new(name, PolicyKey.Strict));
        if (policy.AllowVendors is { } allowed)
            source.SetAllowVendors(Checked(allowed, new(name, PolicyKey.AllowVendors)), new(name, PolicyKey.AllowVendors));
        if (policy.DenyVendors is { } denied)
            source.SetDenyVendors(Checked(denied, new(name, PolicyKey.DenyVendors)), new(name, PolicyKey.DenyVendors));
        foreach (var (operatorName, order) in policy.PerOperator)
            source.AddOrder(operatorName, order, new(name, PolicyKey.OrderOf(operatorName)));
        return source.Build();
    }

    /// <summary>Where a key is written, such as <c>policy.yaml:7</c>; the key of an operator's order is <c>per_op evergraph::rms_norm</c>.</summary>
    public string OriginOf(string key) => _origins.GetValueOrDefault(key, Name);

    private static EquatableArray<string> Checked(EquatableArray<string> vendors, PolicyPlace place) =>
        [.. vendors.Select(vendor => VendorNames.Parse(vendor, place))];
}
