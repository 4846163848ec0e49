using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>What <c>communication.cuh</c> reports of an exchange that failed: reason, rank, node and tokens in one number.</summary>
internal static class CommunicationFault
{
    private const int TimedOut = 0, Disagreed = 1;

    /// <summary>Whether a report is of an exchange.</summary>
    public static bool Is(long report) => report < 0;

    /// <summary>The error.</summary>
    /// <param name="report">The report.</param>
    /// <param name="graph">The graph that ran.</param>
    /// <param name="rank">This rank.</param>
    /// <param name="timeout">How long ranks wait for each other.</param>
    /// <param name="sizes">The sizes of the run.</param>
    public static ProcessGroupException Describe(long report, TensorGraph graph, int rank, TimeSpan timeout, string sizes)
    {
        int reason = (int)((report >> 61) & 3) - 1, other = (int)((report >> 48) & 0x1fff), node = (int)((report >> 31) & 0x1ffff) - 1;
        long tokens = report & int.MaxValue;
        string place = node < 0 ? "the end of the run" : graph.Nodes[node].ToString(), at = sizes.Length == 0 ? "" : $" with {sizes}";
        return new(reason switch
        {
            TimedOut => $"{place}: rank {other} did not come within {timeout.TotalSeconds:0.###} s, rank {rank} waited on its device{at}; look there for what is stuck, or give the group a longer timeout",
            Disagreed => $"{place}: ranks disagree: rank {other} calls with {tokens} tokens, rank {rank} with other sizes{(sizes.Length == 0 ? "" : $", {sizes}")}; every rank must call with the same sizes",
            _ => $"{place}: rank {other} failed, and rank {rank} with it{at}; its own error says why",
        }, other);
    }
}
