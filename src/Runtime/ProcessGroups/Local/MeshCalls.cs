using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>A rank's collectives over a mesh.</summary>
internal sealed class MeshCalls(Mesh mesh)
{
    private long _calls;
    private long _steps;

    /// <summary>Waits for all ranks and compares what they call.</summary>
    /// <param name="arrival">What this rank calls.</param>
    /// <param name="tensor">What it brings to the call itself.</param>
    /// <returns>What each rank brought, empty for this one.</returns>
    public byte[][] Meet(Arrival arrival, ReadOnlySpan<byte> tensor) => Meet(arrival.ToString(), tensor, null);

    /// <summary>Waits for all ranks, compares what they call, and exchanges pieces.</summary>
    public void Exchange(Arrival arrival, IExchange exchange)
    {
        string what = arrival.ToString();
        Meet(what, [], exchange);
        for (int step = 0; step < exchange.Steps; step++)
        {
            if (step + 1 < exchange.Steps)
                Post(exchange, step + 1);
            foreach (var peer in mesh.Peers)
                mesh.Write(peer, FrameKind.Piece, _steps, exchange.Outgoing(step, peer.Rank).ReadOnlyBytes());
            Await(peer => peer.PiecesReceived > _steps, () => $"send its part of {what}");
            exchange.Complete(step);
            _steps++;
        }
    }

    private byte[][] Meet(string text, ReadOnlySpan<byte> tensor, IExchange? exchange)
    {
        byte[] frame = CallFrame.Encode(text, tensor);
        mesh.ThrowIfOver();
        // Once it has this rank's call, another may send its first piece.
        if (exchange is not null)
            Post(exchange, 0);
        foreach (var peer in mesh.Peers)
            mesh.Write(peer, FrameKind.Call, _calls, frame);
        _calls++;
        Await(peer => peer.Calls.Count > 0, () => $"call {text}");
        return Take(text, tensor.Length);
    }

    private void Post(IExchange exchange, int step)
    {
        lock (mesh.State.Gate)
        {
            foreach (var peer in mesh.Peers)
                peer.Destinations.Enqueue(exchange.Incoming(step, peer.Rank));
        }
    }

    private byte[][] Take(string text, int bytes)
    {
        var state = mesh.State;
        lock (state.Gate)
        {
            var frames = new CallFrame[state.Size];
            frames[mesh.Rank] = new(text, []);
            foreach (var peer in mesh.Peers)
                frames[peer.Rank] = peer.Calls.Dequeue();
            for (int rank = 1; rank < state.Size; rank++)
            {
                if (frames[rank].Text != frames[0].Text)
                    throw mesh.FailNow(GroupFailure.Disagreement(state.Name, frames[0].Text, rank, frames[rank].Text));
            }

            foreach (var peer in mesh.Peers)
            {
                if (frames[peer.Rank].Tensor.Length != bytes)
                {
                    throw mesh.FailNow(new(
                        $"rank {peer.Rank} of process group '{state.Name}' sent another tensor than its call says ({text}): expected {bytes} bytes with the call, "
                        + $"given {frames[peer.Rank].Tensor.Length}; pass tensors of the same size on every rank",
                        peer.Rank,
                        null));
                }
            }

            return [.. frames.Select(f => f.Tensor)];
        }
    }

    private void Await(Func<Peer, bool> isThere, Func<string> what)
    {
        lock (mesh.State.Gate)
            mesh.State.Await(() => mesh.Peers.All(isThere), rank => mesh.Peers.Any(peer => peer.Rank == rank && !isThere(peer)), what);
    }
}
