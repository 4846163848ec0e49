using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Evergraph.Runtime;

/// <summary>
/// Sends the messages that other ranks asked for. A thread of its own does it: <c>Send</c> returns at once, and readers must
/// not write, because two that both wait for the other to read would wait for ever.
/// </summary>
internal sealed class MessageSender(Mesh mesh) : IDisposable
{
    private readonly BlockingCollection<(Peer To, OutgoingMessage Message)> _pulled = [];

    public void Add(Peer to, OutgoingMessage message) => _pulled.Add((to, message));

    /// <summary>Lets <see cref="Run"/> return when it has nothing more to send, or cannot.</summary>
    public void Stop() => _pulled.CompleteAdding();

    public void Run()
    {
        foreach (var (to, message) in _pulled.GetConsumingEnumerable())
        {
            mesh.MessageSent(to, message, SendParts(to, message));
        }
    }

    public void Dispose() => _pulled.Dispose();

    private bool SendParts(Peer to, OutgoingMessage message)
    {
        int length = message.Tensor.ReadOnlyBytes().Length;
        do
        {
            int take = Math.Min(length - message.Sent, FrameHeader.PieceLimit);
            var error = to.Connection.Send(FrameKind.Part, message.Number, message.Tensor.ReadOnlyBytes().Slice(message.Sent, take));
            if (error == SocketError.TimedOut)
                mesh.FailStuck(to);
            // A closed connection is the reader's to name.
            if (error != SocketError.Success)
                return false;
            mesh.PartSent(message, take);
        }
        while (message.Sent < length);
        return true;
    }
}
