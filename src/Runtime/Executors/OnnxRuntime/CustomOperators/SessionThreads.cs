using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Evergraph.CustomOps;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>Runs the pieces of a kernel on the session's own threads: they are awake, and no second pool competes for the cores.</summary>
internal sealed unsafe class SessionThreads : ParallelLoop
{
    private readonly OrtFunctions _api;
    private readonly Pieces _pieces = new();
    private readonly GCHandle _handle;
    private nint _context;
    private bool _isRunning;

    public SessionThreads(OrtFunctions api)
    {
        _api = api;
        _handle = GCHandle.Alloc(_pieces);
    }

    /// <summary>A frame that is dropped frees its handle when it is collected: <see cref="Pieces"/> does not refer back to it.</summary>
    ~SessionThreads() => _handle.Free();

    /// <summary>The threads of a call.</summary>
    public SessionThreads Of(nint context)
    {
        _context = context;
        return this;
    }

    /// <inheritdoc/>
    protected override void RunPieces(long pieces, Action<long> body)
    {
        // A piece that is cut into pieces itself: the threads are at work already.
        if (_isRunning)
        {
            for (long i = 0; i < pieces; i++)
                body(i);
            return;
        }

        _isRunning = true;
        try
        {
            _pieces.Begin(body);
            OrtStatus.Check(_api, _api.KernelContextParallelFor(_context, &RunOne, (nuint)pieces, 0, (void*)GCHandle.ToIntPtr(_handle)), "running a kernel on several threads");
        }
        finally
        {
            _isRunning = false;
        }

        _pieces.End();
    }

    [UnmanagedCallersOnly]
    private static void RunOne(void* pieces, nuint index) => ((Pieces)GCHandle.FromIntPtr((nint)pieces).Target!).Run((long)index);

    private sealed class Pieces
    {
        private Action<long>? _body;
        private ExceptionDispatchInfo? _failure;

        public void Begin(Action<long> body) => (_body, _failure) = (body, null);

        public void Run(long index)
        {
            // After a failure the rest need not run.
            if (Volatile.Read(ref _failure) is not null)
                return;
            try
            {
                _body!(index);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            }
        }

        public void End()
        {
            _body = null;
            _failure?.Throw();
        }
    }
}
