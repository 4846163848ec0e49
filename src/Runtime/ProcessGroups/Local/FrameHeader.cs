using System.Buffers.Binary;

namespace Evergraph.Runtime;

/// <summary>What comes before the bytes of a frame.</summary>
/// <param name="Kind">What it says; from another process it may be anything.</param>
/// <param name="Length">How many bytes follow; likewise.</param>
/// <param name="Number">Which call, piece or message.</param>
internal readonly record struct FrameHeader(FrameKind Kind, int Length, long Number)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 16;

    /// <summary>The most bytes of a piece or a part: an error waits for no more than this before it is sent.</summary>
    public const int PieceLimit = 1 << 20;

    /// <summary>The most bytes of every other frame. They are read before anybody waits for them, so this bounds memory.</summary>
    public const int ControlLimit = 48 << 10;

    public static FrameHeader Read(ReadOnlySpan<byte> bytes) => new(
        (FrameKind)BinaryPrimitives.ReadInt32LittleEndian(bytes),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)Kind);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Number);
    }
}
