using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// All-reduce: every rank adds up one share of the elements and gives the sum to everybody, alternating piece by piece, so
/// that each element travels once to where it is added and once back, whatever the number of ranks.
/// </summary>
/// <remarks>Even steps bring summands, odd ones sums.</remarks>
internal sealed class ReduceExchange(Tensor x, Tensor result, int rank, int size, PieceBuffers buffers) : IExchange
{
    public int Steps { get; } = 2 * Block.Pieces(x.DType, Block.Share(x, 0, size).Elements);

    public Tensor Incoming(int step, int from) =>
        step % 2 == 0 ? buffers.Of(0, from, x.DType, Piece(result, rank, step).Elements) : Piece(result, from, step);

    public Tensor Outgoing(int step, int to) => step % 2 == 0 ? Piece(x, to, step) : Piece(result, rank, step);

    public void Complete(int step)
    {
        if (step % 2 != 0)
            return;
        var sum = new RankSum(Piece(result, rank, step));
        for (int from = 0; from < size; from++)
            sum.Add((from == rank ? Piece(x, rank, step) : Incoming(step, from)).ReadOnlyBytes());
        sum.Complete();
    }

    private Tensor Piece(Tensor tensor, int owner, int step) => Block.Share(tensor, owner, size).Piece(step / 2);
}
