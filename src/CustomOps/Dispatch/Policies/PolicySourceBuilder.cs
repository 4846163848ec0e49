namespace Evergraph.CustomOps.Dispatch;

/// <summary>Takes what a source says, key by key, and where it says it.</summary>
internal sealed class PolicySourceBuilder(string name, IReadOnlyCollection<string> knownOperators)
{
    private readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (OperatorOrder Order, string Written, PolicyPlace Place)> _orders = new(StringComparer.Ordinal);
    private DispatchPolicy _policy = new();
    private EquatableArray<string>? _plugins;
    private OperatorNames? _operators;

    public void SetPrefer(PreferredKind kind, PolicyPlace place) => Set(PolicyKey.Prefer, place, _policy with { Prefer = kind });

    public void SetStrict(bool strict, PolicyPlace place) => Set(PolicyKey.Strict, place, _policy with { Strict = strict });

    public void SetAllowVendors(EquatableArray<string> vendors, PolicyPlace place) => Set(PolicyKey.AllowVendors, place, _policy with { AllowVendors = vendors });

    public void SetDenyVendors(EquatableArray<string> vendors, PolicyPlace place) => Set(PolicyKey.DenyVendors, place, _policy with { DenyVendors = vendors });

    public void SetPlugins(EquatableArray<string> plugins, PolicyPlace place)
    {
        _plugins = plugins;
        Set(PolicyKey.Plugins, place, _policy);
    }

    /// <summary>Adds an operator's order under its full name, which two spellings may share: then it is said twice.</summary>
    public void AddOrder(string written, OperatorOrder order, PolicyPlace place)
    {
        _operators ??= new(knownOperators);
        string operatorName = _operators.Resolve(written, place);
        if (_orders.TryGetValue(operatorName, out var first))
        {
            throw new DispatchPolicyException(
                $"{place.Origin}: {PolicyKey.PerOperator} names {operatorName} twice, as '{first.Written}' at {first.Place.Origin} and as '{written}' at {place.Origin}: keep one");
        }

        _orders.Add(operatorName, (order, written, place));
        _origins.Add(PolicyKey.OrderOf(operatorName), place.Origin);
    }

    public PolicySource Build() => new(
        name, _policy with { PerOperator = PerOperatorOrders.From(_orders.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Order))) }, _origins, _plugins);

    private void Set(string key, PolicyPlace place, DispatchPolicy policy)
    {
        _policy = policy;
        _origins.Add(key, place.Origin);
    }
}
