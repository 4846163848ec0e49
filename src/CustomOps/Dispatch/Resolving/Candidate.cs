namespace Evergraph.CustomOps.Dispatch;

/// <summary>One implementation in a resolution: usable, in its place of the order, or rejected.</summary>
/// <param name="Implementation">The implementation.</param>
/// <param name="IsUsable">Whether it may be called.</param>
/// <param name="Reason">Why it stands where it stands, or why it was rejected.</param>
public sealed record Candidate(Implementation Implementation, bool IsUsable, string Reason);
