using System.Net.Sockets;
using System.Text;
using Evergraph.CustomOps;

namespace Evergraph.Runtime;

/// <summary>The files by which the ranks' sockets are found: the path for rank 0, and the path with the rank after it for the others.</summary>
internal static class SocketFile
{
    /// <summary>The most bytes of a socket's path: 104 with the zero at the end on macOS, 108 on Linux.</summary>
    public const int PathLimit = 103;

    // Who listens is done in microseconds, unless its process is stopped in between.
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AlivePatience = TimeSpan.FromSeconds(1);

    // Between tries to connect to a rank that has not come yet.
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(2);

    public static string Of(string path, int rank) => rank == 0 ? path : $"{path}.{rank}";

    public static void CheckPath(string path, int size)
    {
        string longest = Of(path, size - 1);
        int length = Encoding.UTF8.GetByteCount(longest);
        if (length > PathLimit)
        {
            throw new ProcessGroupException(
                $"the path of the ranks' sockets is too long: expected at most {PathLimit} bytes, which is what systems take, given {length} ({longest}); "
                + "choose a folder with a shorter name, such as one in /tmp");
        }

        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
            throw new ProcessGroupException($"the ranks' sockets lie in a folder that exists: given {path}, and there is no {folder}; make the folder first");
    }

    /// <summary>Listens, in the place of a file whose process is gone. The file goes when the socket is disposed.</summary>
    /// <returns>The socket, or null where another process listens there.</returns>
    public static Socket? TryListen(string path, int backlog)
    {
        var endPoint = new UnixDomainSocketEndPoint(path);
        using var alone = new SocketFileLock(path, LockPatience);
        for (bool removed = false; ; removed = true)
        {
            var socket = Create();
            try
            {
                socket.Bind(endPoint);
                socket.Listen(backlog);
                return socket;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse && !removed)
            {
                socket.Dispose();
                if (IsAlive(path))
                    return null;
                File.Delete(path);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                throw new ProcessGroupException($"cannot listen at {path}: {exception.Message}; choose a folder that this user may write", null, exception);
            }
        }
    }

    /// <summary>Connects, trying again until the deadline where nobody listens yet; null when it is over.</summary>
    public static Socket? Connect(string path, Deadline deadline)
    {
        while (true)
        {
            if (TryConnect(path, deadline.Left, out _) is { } socket)
                return socket;
            if (deadline.IsOver)
                return null;
            Thread.Sleep(deadline.Left < Retry ? deadline.Left : Retry);
        }
    }

    /// <summary>Connects where somebody listens; not even this waits for ever for who accepts nobody, with as many before it as may wait.</summary>
    private static Socket? TryConnect(string path, TimeSpan patience, out SocketError error)
    {
        var socket = Create();
        error = SocketError.Success;
        try
        {
            socket.SendTimeout = (int)Math.Clamp(patience.TotalMilliseconds, 1, int.MaxValue);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            socket.SendTimeout = 0;
            return socket;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable or SocketError.WouldBlock)
        {
            socket.Dispose();
            error = exception.SocketErrorCode;
            return null;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new ProcessGroupException($"cannot connect to {path}: {exception.Message}; choose a folder that this user may read", null, exception);
        }
    }

    private static bool IsAlive(string path)
    {
        // Only who listens has others waiting.
        using var socket = TryConnect(path, AlivePatience, out var error);
        if (socket is not null || error == SocketError.WouldBlock)
            return true;
        // Only a socket cannot be opened as a file. Whatever else lies there is the user's.
        try
        {
            File.OpenHandle(path).Dispose();
        }
        catch (IOException)
        {
            return false;
        }

        throw new ProcessGroupException($"cannot listen at {path}: expected a socket of a process that ended, or nothing, given a file; choose another path");
    }

    private static Socket Create() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
