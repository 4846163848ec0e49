namespace Evergraph.CustomOps;

/// <summary>
/// Learns which branch an operator with <see cref="OperatorTraits.MaybeOverlap"/> took. An executor puts one in force on its
/// thread around a kernel to count branches per node; recording allocates nothing.
/// </summary>
public abstract class BranchRecorder
{
    [ThreadStatic]
    private static BranchRecorder? t_current;

    /// <summary>The recorder in force on this thread, or null.</summary>
    public static BranchRecorder? Current => t_current;

    /// <summary>Puts a recorder in force on this thread and returns the one before, to be put back.</summary>
    public static BranchRecorder? Exchange(BranchRecorder? recorder)
    {
        var previous = t_current;
        t_current = recorder;
        return previous;
    }

    /// <summary>Called once in every run of an operator, on the thread that runs it.</summary>
    /// <param name="overlapped">Whether communication overlapped with the product; false where there was none.</param>
    public abstract void Record(bool overlapped);
}
