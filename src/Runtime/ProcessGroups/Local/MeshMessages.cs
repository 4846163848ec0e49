using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// A rank's messages over a mesh. The sender offers one, the receiver asks for it when it has a tensor to put it into: so a
/// message is copied nowhere on its way, and one that nobody receives takes no memory and blocks nothing.
/// </summary>
internal sealed class MeshMessages(Mesh mesh)
{
    private GroupState State => mesh.State;

    public void Send(Tensor tensor, int to, long tag)
    {
        byte[] frame = OfferFrame.Encode(tag, tensor);
        mesh.ThrowIfOver();
        var peer = Of(to);
        long number;
        lock (State.Gate)
        {
            number = peer.OffersSent++;
            peer.Outgoing.Add(number, new(number, tensor));
        }

        mesh.Write(peer, FrameKind.Offer, number, frame);
    }

    public void Receive(Tensor into, int from, long tag)
    {
        mesh.ThrowIfOver();
        var peer = Of(from);
        Func<string> what = () => $"send message {tag} to rank {mesh.Rank}";
        var message = Accept(peer, into, tag, what);
        mesh.Write(peer, FrameKind.Pull, message.Number, []);
        lock (State.Gate)
        {
            // The timeout is of a rank that does nothing, not of a message that is long.
            while (!message.IsComplete)
            {
                int before = message.Received;
                State.Await(() => message.IsComplete || message.Received != before, rank => rank == from, what);
            }

            peer.Incoming = null;
        }
    }

    public void Complete()
    {
        mesh.ThrowIfOver();
        lock (State.Gate)
        {
            while (Unread() is { Count: > 0 } before)
            {
                State.Await(
                    () => Unread() != before,
                    rank => mesh.Peers.Any(peer => peer.Rank == rank && peer.Outgoing.Count > 0),
                    () => $"receive what rank {mesh.Rank} sent");
            }
        }
    }

    private IncomingMessage Accept(Peer peer, Tensor into, long tag, Func<string> what)
    {
        lock (State.Gate)
        {
            OfferFrame? offer = null;
            State.Await(() => peer.Offers.TryGetValue(tag, out var queue) && queue.TryDequeue(out offer), rank => rank == peer.Rank, what);
            peer.OffersWaiting--;
            if (peer.Offers[tag].Count == 0)
                peer.Offers.Remove(tag);
            if (offer!.Type != into.Type.ToString() || offer.Bytes != into.ReadOnlyBytes().Length)
                throw mesh.FailNow(GroupFailure.WrongMessage(peer.Rank, mesh.Rank, tag, into.Type.ToString(), offer.Type));
            return peer.Incoming = new(offer.Number, into);
        }
    }

    private (int Count, long Sent) Unread() =>
        (mesh.Peers.Sum(peer => peer.Outgoing.Count), mesh.Peers.Sum(peer => peer.Outgoing.Values.Sum(message => (long)message.Sent)));

    private Peer Of(int rank) => mesh.Peers[rank < mesh.Rank ? rank : rank - 1];
}
