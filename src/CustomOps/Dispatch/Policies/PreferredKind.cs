namespace Evergraph.CustomOps.Dispatch;

/// <summary>Which kind of implementation a policy puts first.</summary>
public enum PreferredKind
{
    /// <summary>Evergraph's own, then vendors', then the reference.</summary>
    Default,

    /// <summary>Vendors', then Evergraph's own, then the reference.</summary>
    Vendor,

    /// <summary>The reference, then Evergraph's own, then vendors'.</summary>
    Reference,
}
