namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// An implementation cannot do what it was asked, through no fault of the caller: not available here, not supported, a
/// device error. Dispatch then tries the next one. Implementations throw it, or one of the platform's exceptions that
/// <see cref="ImplementationFailure"/> lists.
/// </summary>
public class ImplementationException : EvergraphException
{
    /// <summary>Creates the error.</summary>
    public ImplementationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    public ImplementationException(string message, Exception cause)
        : base(message, cause)
    {
    }
}

/// <summary>A device failed: a launch error, memory of its own that ran out.</summary>
public sealed class DeviceException : ImplementationException
{
    /// <summary>Creates the error.</summary>
    public DeviceException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    public DeviceException(string message, Exception cause)
        : base(message, cause)
    {
    }
}

/// <summary>No implementation of an operator may be called; the message says of each why not.</summary>
public sealed class NoImplementationException : EvergraphException
{
    internal NoImplementationException(OperatorDefinition definition, string platform, DTypeSet dtypes, IReadOnlyList<Candidate> candidates)
        : base(candidates.Count == 0
            ? $"{definition.Name} has no implementation: add a method with [Kernel(Backend.Reference)] to its class, or load the plugin that brings one"
            : $"{definition.Name} has no implementation that can run on {platform}{(dtypes == DTypeSet.None ? "" : $" with {dtypes}")}: "
                + string.Join("; ", candidates.Select(candidate => $"{candidate.Implementation.Id}: {candidate.Reason}")))
    {
        Candidates = candidates;
    }

    /// <summary>Every implementation that there is, with why it was rejected.</summary>
    public IReadOnlyList<Candidate> Candidates { get; }
}

/// <summary>Every implementation of an operator that could be called failed.</summary>
public sealed class AllImplementationsFailedException : EvergraphException
{
    internal AllImplementationsFailedException(OperatorDefinition definition, IReadOnlyList<(Implementation Implementation, Exception Exception)> failures)
        : base(
            $"{definition.Name}: all {failures.Count} implementations failed: "
                + string.Join("; ", failures.Select(failure => $"{failure.Implementation.Id}: {ImplementationFailure.Describe(failure.Exception)}")),
            new AggregateException(failures.Select(failure => failure.Exception)))
    {
        Failures = [.. failures];
    }

    /// <summary>What each threw, in the order in which they were tried.</summary>
    public IReadOnlyList<(Implementation Implementation, Exception Exception)> Failures { get; }
}

/// <summary>The dispatcher is frozen, and something would change its choices.</summary>
public sealed class DispatchFrozenException : EvergraphException
{
    internal DispatchFrozenException(string what)
        : base($"dispatch is frozen: {what} would change choices that compiled graphs rely on; do it before Freeze, or dispose what Freeze returned first")
    {
    }
}
