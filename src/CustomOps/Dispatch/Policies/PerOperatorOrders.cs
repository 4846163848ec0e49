using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// Orders by operator name: <c>new() { ["rms_norm"] = "vendor:ascend|default" }</c>. Immutable once it is made; equal to
/// another when the names and the orders are; enumerated by name.
/// </summary>
/// <remarks>
/// A name without <c>::</c> is one of <c>evergraph</c>, or of <c>aten</c> where evergraph has no such operator. A name
/// without an overload stands for all overloads that have no order of their own; <c>rms_norm.default</c> is only the
/// overload without a name.
/// </remarks>
public sealed class PerOperatorOrders : IReadOnlyCollection<KeyValuePair<string, OperatorOrder>>, IEquatable<PerOperatorOrders>
{
    private readonly SortedDictionary<string, OperatorOrder> _orders = new(StringComparer.Ordinal);

    /// <summary>No order.</summary>
    public static PerOperatorOrders Empty { get; } = new();

    /// <inheritdoc/>
    public int Count => _orders.Count;

    /// <summary>An operator's order, under the name as it was written.</summary>
    /// <exception cref="DispatchPolicyException">The name is given twice.</exception>
    public OperatorOrder this[string name]
    {
        get => _orders[name];
        init
        {
            if (!_orders.TryAdd(name, value))
                throw new DispatchPolicyException($"{PolicyKey.OrderOf(name)} is given twice, as {_orders[name]} and as {value}: keep one");
        }
    }

    /// <summary>Finds an order under the name as it was written.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out OperatorOrder? order) => _orders.TryGetValue(name, out order);

    /// <inheritdoc/>
    public bool Equals(PerOperatorOrders? other) =>
        other is not null && (ReferenceEquals(this, other) || (Count == other.Count && _orders.SequenceEqual(other._orders)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PerOperatorOrders);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var (name, order) in _orders)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(order);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, OperatorOrder>> GetEnumerator() => _orders.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static PerOperatorOrders From(IEnumerable<KeyValuePair<string, OperatorOrder>> orders)
    {
        var result = new PerOperatorOrders();
        foreach (var (name, order) in orders)
            result._orders.Add(name, order);
        return result.Count == 0 ? Empty : result;
    }
}
