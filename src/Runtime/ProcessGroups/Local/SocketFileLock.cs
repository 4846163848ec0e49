using System.Security.Cryptography;
using System.Text;
using Evergraph.CustomOps;

namespace Evergraph.Runtime;

/// <summary>
/// Keeps all others on this machine from listening at a path. A file whose process has bound a socket and does not listen yet looks like that of a process
/// that is gone, and whoever came then would take it away: both would be alone for ever.
/// </summary>
internal sealed class SocketFileLock : IDisposable
{
    private readonly Mutex _mutex;

    /// <summary>Waits for who has it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="patience">How long it may take another to come to listen.</param>
    /// <exception cref="ProcessGroupException">The time is over.</exception>
    public SocketFileLock(string path, TimeSpan patience)
    {
        // A mutex's name is not a path, and has a limit.
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path)));
        _mutex = new(false, $@"Global\evergraph-{Convert.ToHexStringLower(hash.AsSpan(0, 16))}");
        if (IsOwn(patience))
            return;
        _mutex.Dispose();
        throw new ProcessGroupException(
            $"cannot listen at {path}: expected whoever else wants to listen there to be done within {patience.TotalSeconds:0.###} s; look for a process that is stopped, or choose another path");
    }

    public void Dispose()
    {
        _mutex.ReleaseMutex();
        _mutex.Dispose();
    }

    private bool IsOwn(TimeSpan patience)
    {
        try
        {
            return _mutex.WaitOne(patience);
        }
        catch (AbandonedMutexException)
        {
            // Its process ended with it: whatever that left behind is looked at now, and the mutex is this thread's.
            return true;
        }
    }
}
