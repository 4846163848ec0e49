using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>The message that this rank is fetching.</summary>
internal sealed class IncomingMessage(long number, Tensor into)
{
    public long Number { get; } = number;

    public Tensor Into { get; } = into;

    /// <summary>How many bytes came.</summary>
    public int Received { get; set; }

    /// <summary>Whether all of it came; a message without bytes comes as one empty part.</summary>
    public bool IsComplete { get; set; }
}
