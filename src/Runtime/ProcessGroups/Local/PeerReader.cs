using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// Reads what one other rank sends, on a thread of its own, until the connection ends. It never waits for anything but the
/// socket: all that may come has its place before it comes, and what has none is an error of the sender.
/// </summary>
internal sealed class PeerReader(Mesh mesh, Peer peer)
{
    private readonly byte[] _control = new byte[FrameHeader.ControlLimit];

    public void Run()
    {
        Span<byte> header = stackalloc byte[FrameHeader.Size];
        while (peer.Connection.Read(header) && ReadFrame(FrameHeader.Read(header)))
            continue;
        mesh.Inbox.Ended(peer);
    }

    private bool ReadFrame(FrameHeader header)
    {
        switch (header.Kind)
        {
            case FrameKind.Piece:
                return mesh.Inbox.Destination(peer, header) is { } destination && ReadInto(destination, 0, header.Length) && mesh.Inbox.PieceReceived(peer);
            case FrameKind.Part:
                return mesh.Inbox.Incoming(peer, header) is { } message
                    && ReadInto(message.Into, message.Received, header.Length)
                    && mesh.Inbox.PartReceived(message, header.Length);
        }

        if (header.Length is < 0 or > FrameHeader.ControlLimit)
            return mesh.Inbox.Refuse(peer, $"a frame of at most {FrameHeader.ControlLimit} bytes", header);
        var payload = _control.AsSpan(0, header.Length);
        return peer.Connection.Read(payload) && header.Kind switch
        {
            FrameKind.Call => mesh.Inbox.Call(peer, header, CallFrame.Decode(payload)),
            FrameKind.Offer => mesh.Inbox.Offer(peer, header, OfferFrame.Decode(header.Number, payload)),
            FrameKind.Pull => mesh.Inbox.Pull(peer, header),
            FrameKind.Abort => mesh.Inbox.Abort(peer, header, payload),
            FrameKind.Finish => mesh.Inbox.Finish(peer),
            _ => mesh.Inbox.Refuse(peer, "a frame of a kind from 1 to 7", header),
        };
    }

    private bool ReadInto(Tensor tensor, int offset, int length) => peer.Connection.Read(tensor.Bytes().Slice(offset, length));
}
