using Evergraph.CustomOps;

namespace Evergraph.Runtime;

/// <summary>Why a process group is of no more use.</summary>
/// <param name="Message">The full text, the same on every rank.</param>
/// <param name="Rank">The rank at fault, or null where no one rank is.</param>
/// <param name="Cause">What went wrong on that rank, where it is known.</param>
internal sealed record GroupFailure(string Message, int? Rank, Exception? Cause)
{
    /// <summary>A failure that a rank told of itself.</summary>
    public static GroupFailure Of(int rank, Exception cause) =>
        new(cause is ProcessGroupException ? cause.Message : $"rank {rank} failed: {cause.Message}", rank, cause);

    /// <summary>Ranks that call different things.</summary>
    public static GroupFailure Disagreement(string name, string zero, int rank, string other) => new(
        $"ranks of process group '{name}' disagree: rank 0 calls {zero}, rank {rank} calls {other}; "
        + "every rank must call the same operators in the same order, with the same sizes and tokens",
        null,
        null);

    /// <summary>A message of another type than the receiver waits for.</summary>
    public static GroupFailure WrongMessage(int from, int to, long tag, string expected, string given) => new(
        $"rank {from} sent rank {to} another tensor than it waits for (message {tag}): expected {expected}, given {given}", to, null);

    /// <summary>The error that tells of it, with a stack of its own for each rank.</summary>
    public ProcessGroupException ToException() => new(Message, Rank, Cause);
}
