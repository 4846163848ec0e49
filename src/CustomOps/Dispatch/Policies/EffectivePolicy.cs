namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// All sources, merged key by key, the strongest first. Immutable. Two are equal when they choose alike; where their keys
/// are written, and which plugins they name, does not count.
/// </summary>
public sealed class EffectivePolicy : IEquatable<EffectivePolicy>
{
    private const string BuiltIn = "default";

    private static readonly OperatorOrder[] OrdersByPreference = ["default|vendor|reference", "vendor|default|reference", "reference|default|vendor"];

    private readonly Dictionary<string, (OperatorOrder Order, string Origin)> _orders = new(StringComparer.Ordinal);
    private readonly (EquatableArray<string>? Vendors, string Origin) _allowed;
    private readonly (EquatableArray<string>? Vendors, string Origin) _denied;
    private readonly (EquatableArray<string>? Paths, string Origin) _plugins;
    private readonly string _preferOrigin;
    private readonly string _strictOrigin;
    private readonly int _hash;

    private EffectivePolicy(IReadOnlyList<PolicySource> sources)
    {
        (Prefer, _preferOrigin) = Strongest(sources, PolicyKey.Prefer, source => source.Policy.Prefer) is ({ } prefer, var preferOrigin)
            ? (prefer, preferOrigin)
            : (PreferredKind.Default, BuiltIn);
        (Strict, _strictOrigin) = Strongest(sources, PolicyKey.Strict, source => source.Policy.Strict) is ({ } strict, var strictOrigin)
            ? (strict, strictOrigin)
            : (false, BuiltIn);
        _allowed = Strongest(sources, PolicyKey.AllowVendors, source => source.Policy.AllowVendors);
        _denied = Strongest(sources, PolicyKey.DenyVendors, source => source.Policy.DenyVendors);
        _plugins = Strongest(sources, PolicyKey.Plugins, source => source.Plugins);
        foreach (var source in sources)
        {
            foreach (var (name, order) in source.Policy.PerOperator)
                _orders.TryAdd(name, (order, source.OriginOf(PolicyKey.OrderOf(name))));
        }

        PerOperator = PerOperatorOrders.From(_orders.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Order)));
        _hash = HashCode.Combine(Prefer, Strict, PerOperator, VendorNames.HashOf(AllowVendors), VendorNames.HashOf(DenyVendors));
    }

    /// <summary>Which kind of implementation goes first.</summary>
    public PreferredKind Prefer { get; }

    /// <summary>Whether only the best implementation may run, so that its failure is the call's.</summary>
    public bool Strict { get; }

    /// <summary>The vendors whose implementations may run; null is all, empty is none.</summary>
    public EquatableArray<string>? AllowVendors => _allowed.Vendors;

    /// <summary>The vendors whose implementations may not run, even where they are allowed.</summary>
    public EquatableArray<string> DenyVendors => _denied.Vendors ?? [];

    /// <summary>Orders of single operators, by full name.</summary>
    public PerOperatorOrders PerOperator { get; }

    /// <summary>The full paths of the plugins to load.</summary>
    public EquatableArray<string> Plugins => _plugins.Paths ?? [];

    /// <summary>Every key with its value and where it is written, for listings: always in this order, operators by name.</summary>
    public IReadOnlyList<(string Key, string Value, string Origin)> Keys =>
    [
        (PolicyKey.Prefer, PolicyValues.Text(Prefer), _preferOrigin),
        (PolicyKey.Strict, PolicyValues.Text(Strict), _strictOrigin),
        (PolicyKey.AllowVendors, AllowVendors is { } allowed ? VendorNames.Text(allowed) : "all", _allowed.Origin),
        (PolicyKey.DenyVendors, VendorNames.Text(DenyVendors), _denied.Origin),
        (PolicyKey.Plugins, Plugins.Length == 0 ? "none" : string.Join(", ", Plugins), _plugins.Origin),
        .. PerOperator.Select(order => (PolicyKey.OrderOf(order.Key), order.Value.ToString(), _orders[order.Key].Origin)),
    ];

    /// <summary>Merges sources: of each key the strongest source that says it counts, whole. What none says is built in: prefer default, not strict, all vendors.</summary>
    public static EffectivePolicy Merge(params IEnumerable<PolicySource> strongestFirst) => new([.. strongestFirst]);

    /// <summary>In which order an operator's implementations are tried.</summary>
    /// <param name="operatorFullName">Such as <c>evergraph::rms_norm</c>, its default overload, or <c>aten::add.Tensor</c>.</param>
    /// <param name="origin">Where the order is written.</param>
    /// <param name="isExclusive">Whether it is the operator's own order, so that what it does not name does not run.</param>
    public IReadOnlyList<OrderToken> OrderOf(string operatorFullName, out string origin, out bool isExclusive)
    {
        if (_orders.Count > 0)
        {
            var (own, allOverloads) = OperatorNames.KeysOf(operatorFullName);
            if (_orders.TryGetValue(own, out var entry) || _orders.TryGetValue(allOverloads, out entry))
            {
                (origin, isExclusive) = (entry.Origin, true);
                return entry.Order;
            }
        }

        (origin, isExclusive) = (_preferOrigin, false);
        return OrdersByPreference[(int)Prefer];
    }

    /// <summary>The names in <see cref="PerOperator"/> that none of these operators has: their orders do nothing.</summary>
    /// <param name="operatorFullNames">The operators that there are.</param>
    public IReadOnlyList<string> OrdersOfNone(IEnumerable<string> operatorFullNames)
    {
        var names = operatorFullNames.SelectMany(name => OperatorNames.KeysOf(name) is var (own, all) ? new[] { own, all } : []).ToHashSet(StringComparer.Ordinal);
        return [.. PerOperator.Select(order => order.Key).Where(name => !names.Contains(name))];
    }

    /// <summary>Whether a vendor's implementations may run.</summary>
    /// <param name="vendor">The vendor's name.</param>
    /// <param name="reason">Why not: the key, and where it is written; empty where they may.</param>
    public bool IsVendorAllowed(string vendor, out string reason)
    {
        reason = VendorNames.Has(DenyVendors, vendor) ? $"{PolicyKey.DenyVendors} names {vendor} ({_denied.Origin})"
            : AllowVendors is { } allowed && !VendorNames.Has(allowed, vendor) ? $"{PolicyKey.AllowVendors} does not name {vendor} ({_allowed.Origin})"
            : "";
        return reason.Length == 0;
    }

    /// <inheritdoc/>
    public bool Equals(EffectivePolicy? other) =>
        other is not null
        && (ReferenceEquals(this, other)
            || (_hash == other._hash && Prefer == other.Prefer && Strict == other.Strict && PerOperator.Equals(other.PerOperator)
                && VendorNames.Same(AllowVendors, other.AllowVendors) && VendorNames.Same(DenyVendors, other.DenyVendors)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EffectivePolicy);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    private static (T? Value, string Origin) Strongest<T>(IReadOnlyList<PolicySource> sources, string key, Func<PolicySource, T?> says)
        where T : struct
    {
        foreach (var source in sources)
        {
            if (says(source) is { } value)
                return (value, source.OriginOf(key));
        }

        return (null, BuiltIn);
    }
}
