using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>A message that waits to be fetched, or is being sent.</summary>
internal sealed class OutgoingMessage(long number, Tensor tensor)
{
    public long Number { get; } = number;

    public Tensor Tensor { get; } = tensor;

    /// <summary>Whether the receiver asked for it and the sender is not done with it.</summary>
    public bool IsPulled { get; set; }

    /// <summary>How many bytes went; whoever waits sees by it that the receiver is not stuck.</summary>
    public int Sent { get; set; }
}
