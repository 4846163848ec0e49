namespace Evergraph.CustomOps.Dispatch;

/// <summary>Where an implementation comes from; policies prefer by it.</summary>
public enum ImplementationKind
{
    /// <summary>Evergraph's own: vectorised, generated or fused.</summary>
    Default,

    /// <summary>A vendor's library.</summary>
    Vendor,

    /// <summary>Plain code that states what the operator means: the oracle of the others.</summary>
    Reference,
}
