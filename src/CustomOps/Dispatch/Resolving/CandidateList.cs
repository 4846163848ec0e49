namespace Evergraph.CustomOps.Dispatch;

/// <summary>Puts the implementations of one operator into the order of a policy, and says of each why it stands there.</summary>
internal sealed class CandidateList
{
    private readonly DispatchState _state;
    private readonly OperatorDefinition _operator;
    private readonly DTypeSet _dtypes;
    private readonly string _platform;
    private readonly EffectivePolicy _policy;
    private readonly List<Candidate> _usable = [];
    private readonly List<Candidate> _failed = [];
    private readonly List<Candidate> _rejected = [];

    private CandidateList(DispatchState state, OperatorDefinition definition, DTypeSet dtypes, string platform, EffectivePolicy policy)
    {
        _state = state;
        _operator = definition;
        _dtypes = dtypes;
        _platform = platform;
        _policy = policy;
    }

    /// <summary>The usable candidates in order, then the rejected ones.</summary>
    /// <exception cref="DispatchPolicyException">An order names an implementation or a vendor that is nowhere registered.</exception>
    public static IReadOnlyList<Candidate> Of(DispatchState state, OperatorDefinition definition, DTypeSet dtypes, string platform, EffectivePolicy policy)
    {
        var list = new CandidateList(state, definition, dtypes, platform, policy);
        list.Arrange();

        // A remembered failure sends an implementation to the end, not away: where all have failed, all are tried again.
        return [.. list._usable, .. list._failed, .. list._rejected];
    }

    private void Arrange()
    {
        var order = _policy.OrderOf(_operator.Name, out string origin, out bool isExclusive);
        string source = isExclusive
            ? $"the order [{string.Join(", ", order)}] of per_op {_operator.Name} ({origin})"
            : $"the order [{string.Join(", ", order)}] of prefer = {_policy.Prefer.ToString().ToLowerInvariant()} ({origin})";
        var rest = _state.ImplementationsOf(_operator);
        if (isExclusive)
            CheckTokens(order, rest, origin);
        foreach (var token in order)
        {
            var matching = rest.Where(token.Matches)
                .OrderByDescending(implementation => implementation.Priority)
                .ThenBy(implementation => implementation.Id, StringComparer.OrdinalIgnoreCase)
                .ToArray();
            foreach (var implementation in matching)
            {
                rest.Remove(implementation);
                Place(implementation, token, source);
            }
        }

        foreach (var implementation in rest)
            _rejected.Add(new(implementation, false, $"not in {source}"));
    }

    private void Place(Implementation implementation, OrderToken token, string source)
    {
        if (Rejection(implementation) is { } reason)
        {
            _rejected.Add(new(implementation, false, reason));
            return;
        }

        if (!_policy.Strict && _state.FailureOf(implementation) is { } failure)
        {
            _failed.Add(new(implementation, true, $"tried last: it failed before ({failure}); forgotten when the policy changes or failures are cleared"));
            return;
        }

        string place = $"'{token}' in {source}, priority {implementation.Priority}";
        string standing = _usable.Count == 0 ? "chosen" : _policy.Strict ? "not called: strict calls the first only" : $"called if {_usable[^1].Implementation.Id} fails";
        _usable.Add(new(implementation, true, $"{standing}: {place}"));
    }

    private string? Rejection(Implementation implementation)
    {
        if (implementation.Vendor is { } vendor && !_policy.IsVendorAllowed(vendor, out string reason))
            return reason;
        if (!ImplementationRegistry.SameName(implementation.Platform, _platform))
            return $"it is for platform {implementation.Platform}, and the tensors are on {_platform}";
        int architecture = _state.ArchitectureOf(_platform);
        if (architecture < 0)
            return $"this machine has no platform {_platform}";
        if (architecture < implementation.MinimumArchitecture)
            return $"it needs architecture {implementation.MinimumArchitecture} of {_platform}, and this machine has {architecture}";
        if (!implementation.DTypes.Includes(_dtypes))
            return $"it does not take {_dtypes.Except(implementation.DTypes)}: it takes {implementation.DTypes}";
        var availability = _state.AvailabilityOf(implementation);
        return availability.IsAvailable ? null : $"not available: {availability.Reason}";
    }

    /// <summary>A name that nothing has is a typing mistake, unless it may belong to a plugin that could not be loaded.</summary>
    private void CheckTokens(IReadOnlyList<OrderToken> order, List<Implementation> implementations, string origin)
    {
        if (_state.HasPluginFaults)
            return;
        foreach (var token in order)
        {
            bool isKnown = token.Kind switch
            {
                OrderTokenKind.Implementation => implementations.Exists(token.Matches),
                OrderTokenKind.Vendor => _state.Vendors.Contains(token.Name),
                _ => true,
            };
            if (!isKnown)
            {
                string vendors = _state.Vendors.Count == 0 ? "no vendor is registered" : $"vendors are {string.Join(", ", _state.Vendors.Order(StringComparer.OrdinalIgnoreCase))}";
                throw new DispatchPolicyException(
                    $"{origin}: the order of {_operator.Name} names '{token}', which nothing has: its implementations are {string.Join(", ", implementations.Select(implementation => implementation.Id))}; {vendors}; correct the name, or load the plugin that brings it");
            }
        }
    }
}
