namespace Evergraph.CustomOps.Dispatch;

/// <summary>The keys of a policy, as files and listings spell them. Each setting has exactly one.</summary>
internal static class PolicyKey
{
    public const string Prefer = "prefer";
    public const string Strict = "strict";
    public const string PerOperator = "per_op";
    public const string AllowVendors = "allow_vendors";
    public const string DenyVendors = "deny_vendors";
    public const string Plugins = "plugins";

    /// <summary>All, in the order in which they are listed.</summary>
    public static readonly string[] All = [Prefer, Strict, PerOperator, AllowVendors, DenyVendors, Plugins];

    /// <summary>The key of one operator's order: operators merge one by one.</summary>
    public static string OrderOf(string operatorName) => $"{PerOperator} {operatorName}";
}
