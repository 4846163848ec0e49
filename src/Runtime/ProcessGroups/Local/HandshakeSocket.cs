using System.Net.Sockets;

namespace Evergraph.Runtime;

/// <summary>Waiting for a socket until a deadline, before the group's own threads read it.</summary>
internal static class HandshakeSocket
{
    // A poll takes at most half an hour in microseconds; longer waits are several.
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMinutes(30);

    /// <summary>Whether there is something to read, the end of a connection, or a connection to accept, before the deadline.</summary>
    public static bool IsReadable(Socket socket, Deadline deadline)
    {
        while (!deadline.IsOver)
        {
            var left = deadline.Left;
            if (socket.Poll(left < LongestPoll ? left : LongestPoll, SelectMode.SelectRead))
                return true;
        }

        return false;
    }

    /// <summary>Fills <paramref name="bytes"/>; false where the connection or the time ends before.</summary>
    public static bool Read(Socket socket, Span<byte> bytes, Deadline deadline)
    {
        while (!bytes.IsEmpty)
        {
            if (!IsReadable(socket, deadline))
                return false;
            int received = socket.Receive(bytes, SocketFlags.None, out var error);
            if (error != SocketError.Success || received == 0)
                return false;
            bytes = bytes[received..];
        }

        return true;
    }

    /// <summary>Sends all, or less where the other side is gone: it is missed when it is waited for.</summary>
    public static void Write(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = socket.Send(bytes, SocketFlags.None, out var error);
            if (error != SocketError.Success)
                return;
            bytes = bytes[sent..];
        }
    }
}
