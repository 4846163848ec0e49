using System.Runtime.ExceptionServices;

namespace Evergraph.CustomOps;

/// <summary>
/// Runs the independent pieces of a kernel on several cores. An executor that has threads of its own puts them in force around a kernel,
/// so that two pools do not fight for the same cores; otherwise the process's thread pool runs them.
/// </summary>
public abstract class ParallelLoop
{
    [ThreadStatic]
    private static ParallelLoop? t_current;

    /// <summary>The loop in force on this thread, or null for the process's thread pool.</summary>
    public static ParallelLoop? Current => t_current;

    /// <summary>Puts a loop in force on this thread and returns the one before, to be put back.</summary>
    public static ParallelLoop? Exchange(ParallelLoop? loop)
    {
        var previous = t_current;
        t_current = loop;
        return previous;
    }

    /// <summary>Runs all pieces and returns when the last has ended. Which core runs a piece must change no bit of it.</summary>
    /// <param name="pieces">How many there are; each is called with its number, in any order.</param>
    /// <param name="body">One piece. What one throws is thrown here, once, after all that began have ended.</param>
    public static void Run(long pieces, Action<long> body)
    {
        if (t_current is { } loop)
        {
            loop.RunPieces(pieces, body);
            return;
        }

        try
        {
            Parallel.For(0, pieces, body);
        }
        catch (AggregateException errors)
        {
            // A caller reads the same error however many cores there are.
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    /// <inheritdoc cref="Run"/>
    protected abstract void RunPieces(long pieces, Action<long> body);
}
