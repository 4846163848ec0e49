using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>All-gather: a rank's part goes to everybody, straight into its block of their results.</summary>
internal sealed class GatherExchange(Tensor part, Tensor result, int size) : IExchange
{
    public int Steps { get; } = Block.Pieces(part.DType, part.Elements);

    public Tensor Incoming(int step, int from) => Block.Equal(result, from, size).Piece(step);

    public Tensor Outgoing(int step, int to) => new Block(part, 0, part.Elements).Piece(step);

    public void Complete(int step)
    {
        // What came is where it belongs.
    }
}
