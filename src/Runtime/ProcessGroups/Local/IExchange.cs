using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// A large collective as steps. In each, a rank sends a piece to every other one and receives one from each; it posts where
/// the next step's pieces go before it sends this step's, so that a piece always finds its place waiting and no reader ever
/// blocks. Without blocked readers, ranks that all send first and receive then cannot wait for each other in a circle.
/// </summary>
internal interface IExchange
{
    /// <summary>How many steps there are.</summary>
    int Steps { get; }

    /// <summary>Where the piece from a rank goes. Step <c>s + 1</c> is asked for when step <c>s - 1</c> is complete.</summary>
    Tensor Incoming(int step, int from);

    /// <summary>The piece for a rank; at most <see cref="FrameHeader.PieceLimit"/> bytes, as many as the other expects.</summary>
    Tensor Outgoing(int step, int to);

    /// <summary>Uses the pieces that came.</summary>
    void Complete(int step);
}
