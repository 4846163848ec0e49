using System.Diagnostics;

namespace Evergraph.Runtime;

/// <summary>A time from now at which a wait is over.</summary>
internal readonly struct Deadline(TimeSpan timeout)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>How long is left, at least zero.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = timeout - Stopwatch.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public bool IsOver => Left == TimeSpan.Zero;

    public static Deadline Earlier(Deadline a, Deadline b) => a.Left <= b.Left ? a : b;
}
