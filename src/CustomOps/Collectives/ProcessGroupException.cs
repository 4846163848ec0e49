namespace Evergraph.CustomOps;

/// <summary>Ranks could not communicate: one failed, did not come in time, or called something else; or there is no group.</summary>
public sealed class ProcessGroupException : EvergraphException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The full text.</param>
    /// <param name="rank">The rank at fault, or null where no one rank is.</param>
    /// <param name="cause">What went wrong on that rank, where it is known.</param>
    public ProcessGroupException(string message, int? rank = null, Exception? cause = null)
        : base(message, cause!)
    {
        Rank = rank;
    }

    /// <summary>The rank at fault, or null where no one rank is.</summary>
    public int? Rank { get; }
}
