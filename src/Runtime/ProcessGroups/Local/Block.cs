using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>A range of a tensor's elements that travels in pieces.</summary>
internal readonly record struct Block(Tensor Tensor, long Begin, long Elements)
{
    /// <summary>How many elements of a type one frame carries.</summary>
    public static int PieceElements(DType dtype) => FrameHeader.PieceLimit / dtype.Size();

    /// <summary>How many pieces so many elements are.</summary>
    public static int Pieces(DType dtype, long elements) => checked((int)((elements + PieceElements(dtype) - 1) / PieceElements(dtype)));

    /// <summary>One of equal blocks.</summary>
    public static Block Equal(Tensor tensor, int rank, int size) => new(tensor, rank * (tensor.Elements / size), tensor.Elements / size);

    /// <summary>One of as many blocks as there are ranks, of ⌈elements / ranks⌉ elements while they last.</summary>
    public static Block Share(Tensor tensor, int rank, int size)
    {
        long share = (tensor.Elements + size - 1) / size;
        long begin = Math.Min(rank * share, tensor.Elements);
        return new(tensor, begin, Math.Min(share, tensor.Elements - begin));
    }

    /// <summary>A piece, empty beyond the block's end.</summary>
    public Tensor Piece(int index)
    {
        int piece = PieceElements(Tensor.DType);
        long offset = Math.Min((long)index * piece, Elements);
        return new(Tensor.DType, [Math.Min(piece, Elements - offset)], Tensor.Storage, Tensor.ByteOffset + ((Begin + offset) * Tensor.DType.Size()));
    }
}
