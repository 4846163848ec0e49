using System.Buffers.Binary;
using System.Net.Sockets;

namespace Evergraph.Runtime;

/// <summary>Rank 0's answer when all ranks came, or cannot: which meeting it is, or why there is none.</summary>
internal sealed record Verdict(Guid Meeting, GroupFailure? Refusal)
{
    private const int Fixed = 20;

    public void Send(Socket socket)
    {
        byte[] refusal = Refusal is null ? [] : AbortFrame.Encode(Refusal);
        byte[] bytes = new byte[Fixed + refusal.Length];
        Meeting.TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), refusal.Length);
        refusal.CopyTo(bytes, Fixed);
        HandshakeSocket.Write(socket, bytes);
    }

    /// <summary>Waits for the answer; null where none comes, or what comes is none.</summary>
    public static Verdict? Receive(Socket socket, Deadline deadline)
    {
        Span<byte> bytes = stackalloc byte[Fixed];
        if (!HandshakeSocket.Read(socket, bytes, deadline))
            return null;
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        if (length == 0)
            return new(new(bytes[..16]), null);
        if (length is < 0 or > FrameHeader.ControlLimit)
            return null;
        byte[] refusal = new byte[length];
        return HandshakeSocket.Read(socket, refusal, deadline) && AbortFrame.Decode(refusal, int.MaxValue) is { } failure ? new(Guid.Empty, failure) : null;
    }
}
