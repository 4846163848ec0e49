using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Cli.Models;

/// <summary>One key of the policy, its value, and where it is written.</summary>
internal sealed record PolicyKeyDescription(string Key, string Value, string From)
{
    /// <summary>Every key. A name that means nothing here, which may be a typing mistake, is marked.</summary>
    public static IReadOnlyList<PolicyKeyDescription> Of(EffectivePolicy policy, OperatorRegistry registry, Dispatcher dispatcher)
    {
        var noOperators = policy.OrdersOfNone(registry.Operators.Select(known => known.Name)).Select(name => $"per_op {name}").ToHashSet(StringComparer.Ordinal);
        var vendors = dispatcher.Implementations.Select(implementation => implementation.Vendor).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string Mark(string key, string value)
        {
            if (noOperators.Contains(key))
                return $"{value} (no such operator is loaded)";
            var named = key switch
            {
                "allow_vendors" => policy.AllowVendors ?? [],
                "deny_vendors" => policy.DenyVendors,
                _ => [],
            };
            string[] unknown = [.. named.Where(vendor => !vendors.Contains(vendor))];
            return unknown.Length == 0 ? value : $"{value} (no implementation is of {string.Join(", ", unknown)})";
        }

        return [.. policy.Keys.Select(key => new PolicyKeyDescription(key.Key, Mark(key.Key, key.Value), key.Origin))];
    }
}
