using System.Net.Sockets;

namespace Evergraph.Runtime;

/// <summary>Where rank 0 waits for the others, looks whether they belong together, and tells all of them the same.</summary>
internal sealed class Lobby(string path, string name, int size, TimeSpan timeout)
{
    /// <summary>The most ranks that are waited for because someone says that there are so many.</summary>
    private const int SizeLimit = 1 << 10;

    // A rank says who it is as soon as it is connected. Who does not is no rank, and must not keep the others waiting.
    private static readonly TimeSpan HelloPatience = TimeSpan.FromSeconds(1);

    private readonly List<(Socket Socket, Hello Hello)> _joined = [];
    private Deadline _deadline = new(timeout);

    /// <summary>Returns the connections, or throws what every rank that came was told.</summary>
    public Socket?[] Open(Socket listener)
    {
        bool accepted = false;
        try
        {
            var verdict = Gather(listener) is { } refusal ? new Verdict(Guid.Empty, refusal) : new Verdict(Guid.NewGuid(), null);
            foreach (var (socket, _) in _joined)
                verdict.Send(socket);
            if (verdict.Refusal is not null)
                throw verdict.Refusal.ToException();
            accepted = true;
        }
        finally
        {
            if (!accepted)
                _joined.ForEach(joined => joined.Socket.Dispose());
        }

        var sockets = new Socket?[size];
        foreach (var (socket, hello) in _joined)
            sockets[hello.Rank] = socket;
        return sockets;
    }

    private GroupFailure? Gather(Socket listener)
    {
        GroupFailure? fault = null;
        // Where someone thinks that there are more ranks, as many are waited for: they must learn it too.
        int expected = size - 1;
        while (_joined.Count < expected && HandshakeSocket.IsReadable(listener, _deadline))
        {
            var socket = listener.Accept();
            if (Hello.Receive(socket, Deadline.Earlier(_deadline, new(HelloPatience))) is not { } hello)
            {
                socket.Dispose();
                continue;
            }

            fault ??= Judge(hello);
            _joined.Add((socket, hello));
            expected = Math.Max(expected, Math.Min(hello.Size, SizeLimit) - 1);
            // Rank 0 answers before anybody's time is over, so that everybody learns who is missing.
            _deadline = Deadline.Earlier(_deadline, new(hello.Left));
        }

        return fault ?? Missing();
    }

    private GroupFailure? Judge(Hello hello)
    {
        if (hello.Version != Hello.CurrentVersion)
        {
            return Fault(
                null,
                $"a rank of process group '{name}' speaks another protocol: expected version {Hello.CurrentVersion}, as rank 0, given {hello.Version}; "
                + "run the same version of Evergraph on every rank");
        }

        if (hello.Name != name)
        {
            return Fault(
                hello.Rank,
                $"a rank {hello.Rank} came to {path} for another process group: expected '{name}', as rank 0 says, given '{hello.Name}'; give each group a path of its own");
        }

        if (hello.Size != size)
        {
            return Fault(
                hello.Rank,
                $"ranks of process group '{name}' were told different numbers of ranks: expected {size}, as rank 0 says, given {hello.Size} by rank {hello.Rank}; "
                + "start every rank with the same number");
        }

        if (hello.Rank < 0 || hello.Rank >= size)
            return Fault(null, $"process group '{name}' has no rank {hello.Rank}: expected 0 to {size - 1}, given {hello.Rank}; number the ranks from 0");
        if (hello.Rank == 0 || _joined.Any(joined => joined.Hello.Rank == hello.Rank))
        {
            return Fault(
                hello.Rank,
                $"two processes are rank {hello.Rank} of process group '{name}': expected each of 0 to {size - 1} once, given {hello.Rank} twice; give each process a rank of its own");
        }

        return null;
    }

    private GroupFailure? Missing()
    {
        int[] missing = [.. Enumerable.Range(1, size - 1).Where(rank => _joined.All(joined => joined.Hello.Rank != rank))];
        return missing.Length == 0 ? null : Fault(
            missing[0],
            $"{GroupState.Ranks(missing)} of process group '{name}' did not come to {path} in time: expected {size} ranks, given {size - missing.Length}; "
            + "look there for what is stuck, or give the group a longer timeout");
    }

    // A rank that is none of the group's is not named by number: the receivers check it.
    private GroupFailure Fault(int? rank, string message) => new(message, rank >= 0 && rank < size ? rank : null, null);
}
