using System.Runtime.ExceptionServices;
using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime;
using Evergraph.Runtime.Cuda;

namespace Evergraph.Cli.Benchmarking;

/// <summary>A graph over several GPUs, as a program serves it: a thread for each that stays, one group, and tensors that stay on the devices.</summary>
internal sealed class RankedDeviceContestant : IContestant
{
    private readonly CompiledGraph _compiled;
    private readonly IReadOnlyList<ThreadProcessGroup> _ends;
    private readonly Barrier _meeting;
    private readonly Thread[] _threads;
    private readonly DeviceTensor[][] _inputs;
    private readonly DeviceTensor[][] _results;
    private ExceptionDispatchInfo? _failure;
    private Tensor[] _host = [];
    private bool _isOver;

    public RankedDeviceContestant(string name, CompiledGraph compiled)
    {
        (Name, _compiled) = (name, compiled);
        _ends = ThreadProcessGroup.Create(compiled.Ranks, ThreadProcessGroup.DefaultTimeout);
        _meeting = new(compiled.Ranks + 1);
        _inputs = new DeviceTensor[compiled.Ranks][];
        _results = new DeviceTensor[compiled.Ranks][];
        Array.Fill(_inputs, []);
        Array.Fill(_results, []);
        _threads = [.. _ends.Select(end => new Thread(() => Serve(end)) { IsBackground = true, Name = $"rank {end.Rank}" })];
        foreach (var thread in _threads)
            thread.Start();
    }

    public string Name { get; }

    public void Prepare(Tensor[] inputs)
    {
        Release(_inputs);
        _host = inputs;
        for (int rank = 0; rank < _inputs.Length; rank++)
            _inputs[rank] = [.. inputs.Select(input => DeviceTensor.From(input, rank))];
    }

    public void Run()
    {
        _meeting.SignalAndWait();
        _meeting.SignalAndWait();
        Release(_results);
        _failure?.Throw();
    }

    public Tensor FirstResult() => _compiled.RunOnRanks(_host)[0][0];

    public void Dispose()
    {
        _isOver = true;
        _meeting.SignalAndWait();
        foreach (var thread in _threads)
            thread.Join();
        Release(_inputs);
        _compiled.Dispose();
        _meeting.Dispose();
    }

    private void Serve(ThreadProcessGroup end)
    {
        using var scope = ProcessGroup.Use(end);
        while (true)
        {
            _meeting.SignalAndWait();
            if (_isOver)
                return;
            try
            {
                _results[end.Rank] = _compiled.RunOnDevice(_inputs[end.Rank], end);
                foreach (var result in _results[end.Rank])
                    result.Wait();
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            }

            _meeting.SignalAndWait();
        }
    }

    private static void Release(DeviceTensor[][] tensors)
    {
        for (int rank = 0; rank < tensors.Length; rank++)
        {
            foreach (var tensor in tensors[rank])
                tensor.Dispose();
            tensors[rank] = [];
        }
    }
}
