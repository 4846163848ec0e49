using System.Net.Sockets;
using Evergraph.CustomOps;

namespace Evergraph.Runtime;

/// <summary>
/// A rank's connections to all others, one to each, with a thread that reads each of them and one that sends messages. Callers
/// wait under the group's lock for what the readers bring.
/// </summary>
/// <remarks>
/// Every pair is connected, rather than all with rank 0: a call is one message each way without a relay, each element of a sum
/// travels twice whatever the number of ranks, and every rank sees at once when any process ends.
/// </remarks>
internal sealed class Mesh : IDisposable
{
    private readonly GroupState _state;
    private readonly MessageSender _sender;
    private readonly Thread[] _threads;
    private bool _closing;

    /// <param name="name">The group's name.</param>
    /// <param name="rank">This rank.</param>
    /// <param name="timeout">How long it waits for another.</param>
    /// <param name="sockets">Connected sockets to every rank, none to its own; the mesh's from here on.</param>
    public Mesh(string name, int rank, TimeSpan timeout, IReadOnlyList<Socket?> sockets)
    {
        Rank = rank;
        _state = new(name, sockets.Count, timeout) { Failing = CloseAfter };
        _sender = new(this);
        Inbox = new(_state, this, _sender);
        Peers = [.. sockets.Index().Where(s => s.Item is not null).Select(s => new Peer(s.Index, new(s.Item!, timeout)))];
        _threads =
        [
            .. Peers.Select(peer => MakeThread($"{name} rank {rank} reads rank {peer.Rank}", new PeerReader(this, peer).Run)),
            MakeThread($"{name} rank {rank} sends", _sender.Run),
        ];

        // Another rank's failure may be there to be read already. Whoever notes it waits for the lock, and so all threads have begun when it comes to join them.
        lock (_state.Gate)
        {
            foreach (var thread in _threads)
                thread.Start();
        }
    }

    public int Rank { get; }

    public GroupState State => _state;

    public Inbox Inbox { get; }

    /// <summary>The other ranks, in order.</summary>
    public IReadOnlyList<Peer> Peers { get; }

    /// <summary>Whether the group failed or this end was disposed. Asked under the lock.</summary>
    public bool IsOver => _closing;

    /// <summary>Notes a failure, unless the group is over. Called under the lock.</summary>
    public void Fail(GroupFailure failure)
    {
        if (!_closing)
            _state.Fail(failure);
    }

    /// <summary>Notes a failure and throws it.</summary>
    public ProcessGroupException FailNow(GroupFailure failure)
    {
        lock (_state.Gate)
        {
            Fail(failure);
            _state.ThrowIfFailed();
        }

        return failure.ToException();
    }

    /// <summary>Notes that a rank does not read.</summary>
    public void FailStuck(Peer peer)
    {
        lock (_state.Gate)
        {
            Fail(new(
                $"rank {peer.Rank} of process group '{_state.Name}' did not read what was sent to it within {_state.Timeout.TotalSeconds:0.###} s; "
                + "look there for what is stuck, or give the group a longer timeout",
                peer.Rank,
                null));
        }
    }

    /// <summary>Throws where the group is of no more use.</summary>
    public void ThrowIfOver()
    {
        lock (_state.Gate)
        {
            _state.ThrowIfFailed();
            ObjectDisposedException.ThrowIf(_closing, typeof(LocalProcessGroup));
        }
    }

    /// <summary>Sends a frame. Where the other rank ended, what follows waits for it and names it.</summary>
    public void Write(Peer peer, FrameKind kind, long number, ReadOnlySpan<byte> payload)
    {
        var error = peer.Connection.Send(kind, number, payload);
        if (error == SocketError.Success)
            return;
        if (error == SocketError.TimedOut)
            FailStuck(peer);
        lock (_state.Gate)
        {
            // Why the connection is closed may still lie in it unread: the reader comes to it.
            _state.Await(() => peer.HasEnded || _state.HasFinished(peer.Rank), rank => rank == peer.Rank, () => $"read what rank {Rank} sent");
            _state.ThrowIfFailed();
        }
    }

    /// <summary>Says that this rank failed, and returns when the others were told.</summary>
    public void Abort(Exception cause)
    {
        lock (_state.Gate)
        {
            Fail(GroupFailure.Of(Rank, cause));
            if (_state.HasFailed)
                _state.AwaitSettled();
        }
    }

    public void PartSent(OutgoingMessage message, int bytes)
    {
        lock (_state.Gate)
        {
            message.Sent += bytes;
            Monitor.PulseAll(_state.Gate);
        }
    }

    public void MessageSent(Peer to, OutgoingMessage message, bool completely)
    {
        lock (_state.Gate)
        {
            message.IsPulled = false;
            if (completely)
                to.Outgoing.Remove(message.Number);
            Monitor.PulseAll(_state.Gate);
        }
    }

    /// <summary>Tells the others that this rank finished, and closes.</summary>
    public void Dispose()
    {
        lock (_state.Gate)
        {
            if (_state.HasFailed)
                _state.AwaitSettled();
            else if (_closing)
                return;
            BeginClosing();
        }

        if (!_state.HasFailed)
            Close(FrameKind.Finish, []);
        foreach (var peer in Peers)
            peer.Connection.Dispose();
        _sender.Dispose();
    }

    // A thread of its own: whoever notices a failure may be one of the threads that have to end.
    private void CloseAfter(GroupFailure failure)
    {
        BeginClosing();
        MakeThread($"{_state.Name} rank {Rank} closes", () =>
        {
            try
            {
                Close(FrameKind.Abort, AbortFrame.Encode(failure));
            }
            finally
            {
                // Whatever goes wrong here, the failure that was noted first is what everybody who waits for this is to be told.
                lock (_state.Gate)
                    _state.Settle();
            }
        }).Start();
    }

    private void BeginClosing()
    {
        _closing = true;
        _sender.Stop();
        Monitor.PulseAll(_state.Gate);
    }

    private void Close(FrameKind kind, byte[] last)
    {
        foreach (var peer in Peers)
            peer.Connection.Close(kind, last);
        foreach (var thread in _threads)
            thread.Join();
    }

    private Thread MakeThread(string name, Action run) => new(() => Guard(run)) { IsBackground = true, Name = name };

    // An exception that leaves a thread ends the process; here it ends the group.
    private void Guard(Action run)
    {
        try
        {
            run();
        }
        catch (Exception exception)
        {
            lock (_state.Gate)
                Fail(GroupFailure.Of(Rank, exception));
        }
    }
}
