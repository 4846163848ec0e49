using System.Buffers.Binary;
using System.Text;

namespace Evergraph.Runtime;

/// <summary>A failure as it is told to the other ranks: its text and the rank at fault. The cause stays in its process.</summary>
internal static class AbortFrame
{
    private const int TextLimit = 16 << 10;

    public static byte[] Encode(GroupFailure failure)
    {
        string text = failure.Message.Length <= TextLimit / 4 ? failure.Message : failure.Message[..(TextLimit / 4)] + "…";
        byte[] frame = new byte[sizeof(int) + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32LittleEndian(frame, failure.Rank ?? -1);
        Encoding.UTF8.GetBytes(text, frame.AsSpan(sizeof(int)));
        return frame;
    }

    /// <summary>Reads a frame; null where it is malformed.</summary>
    public static GroupFailure? Decode(ReadOnlySpan<byte> frame, int size)
    {
        if (frame.Length is < sizeof(int) or > sizeof(int) + TextLimit)
            return null;
        int rank = BinaryPrimitives.ReadInt32LittleEndian(frame);
        return rank >= -1 && rank < size ? new(Encoding.UTF8.GetString(frame[sizeof(int)..]), rank < 0 ? null : rank, null) : null;
    }
}
