using System.Buffers.Binary;
using System.Text;
using Evergraph.CustomOps;

namespace Evergraph.Runtime;

/// <summary>
/// What a rank brings to a collective. The call travels as its text, which states all that ranks compare, so that a receiver
/// has nothing to decode and nothing to distrust.
/// </summary>
/// <param name="Text">The text of the <see cref="Arrival"/>.</param>
/// <param name="Tensor">The bytes of the tensor, where it is small enough to come along.</param>
internal sealed record CallFrame(string Text, byte[] Tensor)
{
    /// <summary>Tensors of at most this many bytes come along, so that a small collective is one message each way.</summary>
    public const int TensorLimit = 16 << 10;

    private const int TextLimit = FrameHeader.ControlLimit - TensorLimit - sizeof(int);

    public static byte[] Encode(string text, ReadOnlySpan<byte> tensor)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        if (length > TextLimit)
            throw new ProcessGroupException($"the text of a collective call takes {length} bytes: expected at most {TextLimit}; give the operator a shorter name");
        byte[] frame = new byte[sizeof(int) + length + tensor.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, length);
        Encoding.UTF8.GetBytes(text, frame.AsSpan(sizeof(int)));
        tensor.CopyTo(frame.AsSpan(sizeof(int) + length));
        return frame;
    }

    /// <summary>Reads a frame; null where it is malformed.</summary>
    public static CallFrame? Decode(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < sizeof(int))
            return null;
        int length = BinaryPrimitives.ReadInt32LittleEndian(frame);
        if (length < 0 || length > frame.Length - sizeof(int))
            return null;
        return new(Encoding.UTF8.GetString(frame.Slice(sizeof(int), length)), frame[(sizeof(int) + length)..].ToArray());
    }
}
