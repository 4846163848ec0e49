using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// What comes from the other ranks, put where this rank waits for it. Each frame is checked against what may come: nothing is
/// allocated for a size that another process tells. All methods return whether the reader goes on.
/// </summary>
internal sealed class Inbox(GroupState state, Mesh mesh, MessageSender sender)
{
    public bool Call(Peer peer, FrameHeader header, CallFrame? frame)
    {
        lock (state.Gate)
        {
            if (frame is null || header.Number != peer.CallsReceived || peer.Calls.Count == 2)
                return Refuse(peer, $"call {peer.CallsReceived}", header);
            peer.Calls.Enqueue(frame);
            peer.CallsReceived++;
            return Pulse();
        }
    }

    /// <summary>Where a piece goes, or null where none may come.</summary>
    public Tensor? Destination(Peer peer, FrameHeader header)
    {
        lock (state.Gate)
        {
            if (header.Number == peer.PiecesReceived && peer.Destinations.TryDequeue(out var destination))
            {
                int length = destination.ReadOnlyBytes().Length;
                if (length == header.Length)
                    return destination;
                Refuse(peer, $"piece {header.Number} of {length} bytes", header);
                return null;
            }

            Refuse(peer, "no piece of a collective that this rank has not called", header);
            return null;
        }
    }

    public bool PieceReceived(Peer peer)
    {
        lock (state.Gate)
        {
            peer.PiecesReceived++;
            return Pulse();
        }
    }

    public bool Offer(Peer peer, FrameHeader header, OfferFrame? frame)
    {
        lock (state.Gate)
        {
            if (frame is null || header.Number != peer.OffersReceived || peer.OffersWaiting == Peer.OfferLimit)
                return Refuse(peer, $"message {peer.OffersReceived}, and at most {Peer.OfferLimit} that are not received", header);
            if (!peer.Offers.TryGetValue(frame.Tag, out var queue))
                peer.Offers.Add(frame.Tag, queue = []);
            queue.Enqueue(frame);
            peer.OffersReceived++;
            peer.OffersWaiting++;
            return Pulse();
        }
    }

    public bool Pull(Peer peer, FrameHeader header)
    {
        lock (state.Gate)
        {
            if (!peer.Outgoing.TryGetValue(header.Number, out var message) || message.IsPulled)
                return Refuse(peer, "a request for a message that was offered", header);
            message.IsPulled = true;
            if (!mesh.IsOver)
                sender.Add(peer, message);
            return true;
        }
    }

    /// <summary>The message that a part belongs to, or null where none may come.</summary>
    public IncomingMessage? Incoming(Peer peer, FrameHeader header)
    {
        lock (state.Gate)
        {
            if (peer.Incoming is { } message && message.Number == header.Number)
            {
                int left = message.Into.ReadOnlyBytes().Length - message.Received;
                if (header.Length == Math.Min(left, FrameHeader.PieceLimit))
                    return message;
            }

            Refuse(peer, "the next part of the message that was asked for", header);
            return null;
        }
    }

    public bool PartReceived(IncomingMessage message, int length)
    {
        lock (state.Gate)
        {
            message.Received += length;
            message.IsComplete = message.Received == message.Into.ReadOnlyBytes().Length;
            return Pulse();
        }
    }

    public bool Abort(Peer peer, FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (AbortFrame.Decode(payload, state.Size) is not { } failure)
            return Refuse(peer, "the rank at fault and a text", header);
        lock (state.Gate)
            mesh.Fail(failure);
        return false;
    }

    public bool Finish(Peer peer)
    {
        lock (state.Gate)
        {
            // It may have all of a message whose last part this rank's sender has yet to count. The sender ends soon: a rank
            // that finished closes.
            while (!mesh.IsOver && peer.Outgoing.Values.Any(message => message.IsPulled))
                Monitor.Wait(state.Gate);
            state.Finish(peer.Rank);
        }

        return true;
    }

    /// <summary>The connection ended: its rank finished, or this group is over, or its process is gone.</summary>
    public void Ended(Peer peer)
    {
        lock (state.Gate)
        {
            peer.HasEnded = true;
            if (!state.HasFinished(peer.Rank))
            {
                mesh.Fail(new(
                    $"the process of rank {peer.Rank} of process group '{state.Name}' ended, or closed its connection, without saying that it finished; "
                    + "look at what it printed last",
                    peer.Rank,
                    null));
            }

            Monitor.PulseAll(state.Gate);
        }
    }

    public bool Refuse(Peer peer, string expected, FrameHeader given)
    {
        lock (state.Gate)
        {
            mesh.Fail(new(
                $"rank {peer.Rank} of process group '{state.Name}' sent what has no place here: expected {expected}, "
                + $"given kind {(int)given.Kind}, number {given.Number}, {given.Length} bytes; run the same version of Evergraph on every rank",
                peer.Rank,
                null));
        }

        return false;
    }

    private bool Pulse()
    {
        Monitor.PulseAll(state.Gate);
        return true;
    }
}
