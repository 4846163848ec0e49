using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>Room for the summands of one piece from every other rank, twice: one set arrives while the other is added. Kept between calls.</summary>
internal sealed class PieceBuffers(int size)
{
    private readonly Storage?[] _buffers = new Storage?[2 * size];

    /// <summary>The buffer for a rank's piece.</summary>
    public Tensor Of(int set, int rank, DType dtype, long elements) =>
        new(dtype, [elements], _buffers[(set * size) + rank] ??= Storage.Allocate(FrameHeader.PieceLimit));
}
