using System.Net.Sockets;

namespace Evergraph.Runtime;

/// <summary>A socket to another rank: frames out, one at a time whoever sends them, and bytes in, for one reader.</summary>
internal sealed class Connection : IDisposable
{
    // How long a failure waits for a rank that does not read before it gives up telling it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly object _writing = new();
    private readonly byte[] _out = new byte[FrameHeader.Size + FrameHeader.ControlLimit];
    private readonly byte[] _in = new byte[FrameHeader.Size + FrameHeader.ControlLimit];
    private int _begin;
    private int _end;

    /// <param name="socket">Connected and blocking; the connection's from here on.</param>
    /// <param name="timeout">How long the other side may not read before sending fails.</param>
    public Connection(Socket socket, TimeSpan timeout)
    {
        _socket = socket;
        _socket.SendTimeout = (int)Math.Clamp(timeout.TotalMilliseconds, 1, int.MaxValue);
    }

    /// <summary>Sends a frame and returns when the system took it.</summary>
    public SocketError Send(FrameKind kind, long number, ReadOnlySpan<byte> payload)
    {
        lock (_writing)
            return SendFrame(kind, number, payload);
    }

    /// <summary>Sends a last frame where the other side still reads, and closes both ways, so that whoever reads or sends here ends.</summary>
    public void Close(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (Monitor.TryEnter(_writing, Patience))
        {
            try
            {
                _socket.SendTimeout = (int)Patience.TotalMilliseconds;
                // An error here means that the other side is gone, or does not read: it finds the connection closed.
                SendFrame(kind, 0, payload);
            }
            finally
            {
                Monitor.Exit(_writing);
            }
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.NotConnected)
        {
            // The other side closed first; the reader has seen the end.
        }
    }

    /// <summary>Fills <paramref name="bytes"/>; false where the connection ends before.</summary>
    public bool Read(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_begin < _end)
            {
                int take = Math.Min(bytes.Length, _end - _begin);
                _in.AsSpan(_begin, take).CopyTo(bytes);
                _begin += take;
                bytes = bytes[take..];
            }
            else if (bytes.Length >= _in.Length)
            {
                int received = Receive(bytes);
                if (received == 0)
                    return false;
                bytes = bytes[received..];
            }
            else
            {
                (_begin, _end) = (0, Receive(_in));
                if (_end == 0)
                    return false;
            }
        }

        return true;
    }

    public void Dispose() => _socket.Dispose();

    // A connection that was reset has ended as one that was closed: either way its process is gone.
    private int Receive(Span<byte> bytes)
    {
        int received = _socket.Receive(bytes, SocketFlags.None, out var error);
        return error == SocketError.Success ? received : 0;
    }

    private SocketError SendFrame(FrameKind kind, long number, ReadOnlySpan<byte> payload)
    {
        new FrameHeader(kind, payload.Length, number).Write(_out);
        if (payload.Length > FrameHeader.ControlLimit)
        {
            var error = SendBytes(_out.AsSpan(0, FrameHeader.Size));
            return error == SocketError.Success ? SendBytes(payload) : error;
        }

        payload.CopyTo(_out.AsSpan(FrameHeader.Size));
        return SendBytes(_out.AsSpan(0, FrameHeader.Size + payload.Length));
    }

    private SocketError SendBytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = _socket.Send(bytes, SocketFlags.None, out var error);
            if (error != SocketError.Success)
                return error;
            bytes = bytes[sent..];
        }

        return SocketError.Success;
    }
}
