namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// What one source says about which implementation runs; null says nothing. Immutable. Two are equal when they say the
/// same; vendors' names are compared without case and without order.
/// </summary>
public sealed partial record DispatchPolicy
{
    /// <summary>Which kind of implementation goes first.</summary>
    /// <exception cref="DispatchPolicyException">It is none of the kinds.</exception>
    public PreferredKind? Prefer
    {
        get;
        init => field = value is not { } kind || Enum.IsDefined(kind)
            ? value
            : throw new PolicyPlace(PolicyKey.Prefer).Error($"expected {string.Join(", ", Enum.GetNames<PreferredKind>())}, given {value}");
    }

    /// <summary>Whether only the best implementation may run, so that its failure is the call's.</summary>
    public bool? Strict { get; init; }

    /// <summary>Orders of single operators. Such an order is exclusive: what it does not name does not run.</summary>
    public PerOperatorOrders PerOperator { get; init; } = PerOperatorOrders.Empty;

    /// <summary>The vendors whose implementations may run; null is all, empty is none.</summary>
    public EquatableArray<string>? AllowVendors { get; init; }

    /// <summary>The vendors whose implementations may not run, even where they are allowed.</summary>
    public EquatableArray<string>? DenyVendors { get; init; }

    /// <inheritdoc/>
    public bool Equals(DispatchPolicy? other) =>
        other is not null && Prefer == other.Prefer && Strict == other.Strict && PerOperator.Equals(other.PerOperator)
        && VendorNames.Same(AllowVendors, other.AllowVendors) && VendorNames.Same(DenyVendors, other.DenyVendors);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Prefer, Strict, PerOperator, VendorNames.HashOf(AllowVendors), VendorNames.HashOf(DenyVendors));

    /// <summary>What it says, such as <c>prefer: vendor; per_op rms_norm: reference</c>.</summary>
    public override string ToString()
    {
        var says = new List<string>();
        if (Prefer is { } prefer)
            says.Add($"{PolicyKey.Prefer}: {PolicyValues.Text(prefer)}");
        if (Strict is { } strict)
            says.Add($"{PolicyKey.Strict}: {PolicyValues.Text(strict)}");
        if (AllowVendors is { } allowed)
            says.Add($"{PolicyKey.AllowVendors}: {VendorNames.Text(allowed)}");
        if (DenyVendors is { } denied)
            says.Add($"{PolicyKey.DenyVendors}: {VendorNames.Text(denied)}");
        says.AddRange(PerOperator.Select(order => $"{PolicyKey.OrderOf(order.Key)}: {order.Value}"));
        return says.Count == 0 ? "nothing" : string.Join("; ", says);
    }
}
