namespace Evergraph.CustomOps.Dispatch;

/// <summary>What a probe says of an implementation on this machine.</summary>
public readonly record struct Availability
{
    private readonly string? _reason;

    private Availability(string reason) => _reason = reason;

    /// <summary>It can run here.</summary>
    public static Availability Yes => default;

    /// <summary>Whether it can run here.</summary>
    public bool IsAvailable => _reason is null;

    /// <summary>Why it cannot; empty where it can.</summary>
    public string Reason => _reason ?? "";

    /// <summary>It cannot run here.</summary>
    /// <param name="reason">Why, as the user shall read it: <c>libascend.so is not installed</c>.</param>
    public static Availability No(string reason) => new(reason);
}
