using System.Net.Sockets;
using Evergraph.CustomOps;

namespace Evergraph.Runtime;

/// <summary>How a rank other than 0 comes into a group: it asks rank 0, and then connects to the rest.</summary>
internal sealed class Entrance(string path, string name, int rank, int size, TimeSpan timeout)
{
    // Rank 0 answers when the first rank's time is over; this is for the answer to arrive.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan HelloPatience = TimeSpan.FromSeconds(1);

    private readonly Deadline _deadline = new(timeout);

    /// <summary>Returns connections to all other ranks.</summary>
    public Socket?[] Enter()
    {
        var sockets = new Socket?[Math.Max(size, 1)];
        try
        {
            sockets[0] = SocketFile.Connect(path, _deadline) ?? throw new ProcessGroupException(
                $"rank 0 of process group '{name}' did not listen at {path} within {timeout.TotalSeconds:0.###} s; "
                + "start it with the same path, or give the group a longer timeout",
                0);
            var meeting = Ask(sockets[0]!);
            if (rank < 0 || rank >= size)
                throw NoAnswer();
            ConnectToAll(sockets, meeting);
            return sockets;
        }
        catch
        {
            foreach (var socket in sockets)
                socket?.Dispose();
            throw;
        }
    }

    /// <summary>Says who this is and waits for the answer.</summary>
    public Guid Ask(Socket zero)
    {
        new Hello(Hello.CurrentVersion, rank, size, _deadline.Left, Guid.Empty, name).Send(zero);
        var verdict = Verdict.Receive(zero, new(_deadline.Left + Grace)) ?? throw NoAnswer();
        return verdict.Refusal is null ? verdict.Meeting : throw verdict.Refusal.ToException();
    }

    private void ConnectToAll(Socket?[] sockets, Guid meeting)
    {
        // Connecting does not wait for the other to accept, so listening first and then connecting to lower ranks ends.
        string own = SocketFile.Of(path, rank);
        using var listener = rank == size - 1 ? null : SocketFile.TryListen(own, size)
            ?? throw new ProcessGroupException($"cannot listen at {own}: expected to be alone with it, given another process that listens there; choose another path");
        for (int lower = 1; lower < rank; lower++)
        {
            sockets[lower] = SocketFile.Connect(SocketFile.Of(path, lower), _deadline) ?? throw DidNotConnect([lower]);
            new Hello(Hello.CurrentVersion, rank, size, _deadline.Left, meeting, name).Send(sockets[lower]!);
        }

        while (Array.IndexOf(sockets, null, rank + 1) >= 0)
        {
            if (!HandshakeSocket.IsReadable(listener!, _deadline))
                throw DidNotConnect([.. Enumerable.Range(rank + 1, size - rank - 1).Where(r => sockets[r] is null)]);
            Accept(listener!, sockets, meeting);
        }
    }

    // Who does not belong to this meeting, such as a rank of an earlier one, is turned away; who belongs is waited for.
    private void Accept(Socket listener, Socket?[] sockets, Guid meeting)
    {
        var socket = listener.Accept();
        var hello = Hello.Receive(socket, Deadline.Earlier(_deadline, new(HelloPatience)));
        if (hello is not null && hello.Meeting == meeting && hello.Rank > rank && hello.Rank < size && sockets[hello.Rank] is null)
            sockets[hello.Rank] = socket;
        else
            socket.Dispose();
    }

    private ProcessGroupException NoAnswer() => new(
        $"rank 0 of process group '{name}' did not say at {path} who is there: its process ended, or something else listens there; look at what it printed last", 0);

    private ProcessGroupException DidNotConnect(int[] ranks) => new(
        $"{GroupState.Ranks(ranks)} of process group '{name}' did not connect to rank {rank} within {timeout.TotalSeconds:0.###} s; "
        + "look there for what is stuck, or give the group a longer timeout",
        ranks[0]);
}
