using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>Reduce-scatter: everybody's summands of a rank's block come to it piece by piece and are added in the order of ranks.</summary>
internal sealed class ReduceScatterExchange(Tensor x, Tensor result, int rank, int size, PieceBuffers buffers) : IExchange
{
    public int Steps { get; } = Block.Pieces(result.DType, result.Elements);

    public Tensor Incoming(int step, int from) => buffers.Of(step % 2, from, x.DType, Sum(step).Elements);

    public Tensor Outgoing(int step, int to) => Block.Equal(x, to, size).Piece(step);

    public void Complete(int step)
    {
        var piece = Sum(step);
        var sum = new RankSum(piece);
        for (int from = 0; from < size; from++)
            sum.Add((from == rank ? Outgoing(step, rank) : Incoming(step, from)).ReadOnlyBytes());
        sum.Complete();
    }

    private Tensor Sum(int step) => new Block(result, 0, result.Elements).Piece(step);
}
