namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// What a callback of ours threw on this thread, past ONNX Runtime, which only carries a message, and while it infers types not even that:
/// so that the caller of a run gets the exception itself. Sessions run their nodes on the caller's thread.
/// </summary>
internal static class KernelFailure
{
    [ThreadStatic]
    private static (int Node, Exception Exception)? t_last;

    /// <summary>Keeps an exception for <see cref="Take"/>.</summary>
    /// <param name="node">The node's number in the compiled graph, or −1 where the session runs another model.</param>
    /// <param name="exception">What its kernel threw.</param>
    public static void Keep(int node, Exception exception) => t_last = (node, exception);

    /// <summary>Forgets what was kept: sessions of the official API leave what they never ask for.</summary>
    public static void Forget() => t_last = null;

    /// <summary>What was kept since the last call, and forgets it.</summary>
    public static (int Node, Exception Exception)? Take()
    {
        var last = t_last;
        t_last = null;
        return last;
    }
}
