namespace Evergraph.Runtime;

/// <summary>The rank at the other end of a message.</summary>
internal static class PeerRank
{
    /// <summary>The rank, where it is one of the group's and not this one.</summary>
    public static int Check(int rank, int self, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, size);
        return rank != self ? rank : throw new ArgumentOutOfRangeException(nameof(rank), rank, "a rank does not send to itself");
    }
}
