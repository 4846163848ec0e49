using System.Buffers.Binary;
using System.Text;
using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>A message that a rank may fetch.</summary>
/// <param name="Number">Which of the messages between the two ranks.</param>
/// <param name="Tag">Which message for those who send and receive.</param>
/// <param name="Bytes">How many bytes it has.</param>
/// <param name="Type">The text of its type.</param>
internal sealed record OfferFrame(long Number, long Tag, long Bytes, string Type)
{
    private const int Fixed = 2 * sizeof(long);
    private const int TextLimit = 1 << 10;

    public static byte[] Encode(long tag, Tensor tensor)
    {
        byte[] text = Encoding.UTF8.GetBytes(tensor.Type.ToString());
        if (text.Length > TextLimit)
            throw new ProcessGroupException($"the text of a message's type takes {text.Length} bytes: expected at most {TextLimit}; send a tensor of fewer dimensions");
        byte[] frame = new byte[Fixed + text.Length];
        BinaryPrimitives.WriteInt64LittleEndian(frame, tag);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(sizeof(long)), tensor.ReadOnlyBytes().Length);
        text.CopyTo(frame, Fixed);
        return frame;
    }

    /// <summary>Reads a frame; null where it is malformed.</summary>
    public static OfferFrame? Decode(long number, ReadOnlySpan<byte> frame)
    {
        if (frame.Length is < Fixed or > Fixed + TextLimit)
            return null;
        return new(
            number,
            BinaryPrimitives.ReadInt64LittleEndian(frame),
            BinaryPrimitives.ReadInt64LittleEndian(frame[sizeof(long)..]),
            Encoding.UTF8.GetString(frame[Fixed..]));
    }
}
