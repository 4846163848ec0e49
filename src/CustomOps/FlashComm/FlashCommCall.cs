namespace Evergraph.CustomOps;

/// <summary>The arguments that all four maybe-FlashComm operators share.</summary>
/// <param name="Operator">The operator's name.</param>
/// <param name="TpSize">How many ranks the layer is split over.</param>
/// <param name="Threshold">Overlap pays above this many tokens.</param>
/// <param name="Enabled">Whether overlap is allowed.</param>
/// <param name="Group">The name of the process group.</param>
internal readonly record struct FlashCommCall(string Operator, long TpSize, long Threshold, bool Enabled, string Group)
{
    /// <summary>This thread's end of the process group.</summary>
    public IProcessGroup Ranks => ProcessGroup.Require(Operator, Group, TpSize);

    /// <summary>Decides between the branches and tells the recorder.</summary>
    /// <param name="tokens">All tokens of all ranks and batches, without padding.</param>
    public bool Overlaps(long tokens)
    {
        bool overlaps = FlashCommPredicate.Overlaps(Enabled, TpSize, tokens, Threshold);
        BranchRecorder.Current?.Record(overlaps);
        return overlaps;
    }

    /// <summary>Tells the recorder of a run that communicates nothing.</summary>
    public static void WithoutCommunication() => BranchRecorder.Current?.Record(overlapped: false);
}
