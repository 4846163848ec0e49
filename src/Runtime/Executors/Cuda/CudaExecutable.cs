using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Lowering;
using Evergraph.Runtime.Cuda.Planning;
using Evergraph.Runtime.Cuda.Running;
using Microsoft.Extensions.Logging;

namespace Evergraph.Runtime.Cuda;

/// <summary>A graph on one device for each rank.</summary>
internal sealed class CudaExecutable : IDeviceExecutable, IDisposable
{
    private readonly DevicePlan _plan;
    private readonly LoadContext _context;
    private readonly DeviceRank?[] _ranks;
    private readonly ParameterUpload?[] _uploads;
    private readonly Lock _gate = new();
    private readonly int[] _results;
    private readonly (int Output, int Input)[] _inputWrites;

    /// <summary>Plans memory; no device is used yet.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="context">What it is part of.</param>
    /// <param name="fused">Its steps.</param>
    /// <param name="uploads">Brings each rank's parameters to its device; the executable's from here on.</param>
    public CudaExecutable(TensorGraph graph, LoadContext context, FusedSteps fused, ParameterUpload[] uploads)
    {
        _context = context;
        _ranks = new DeviceRank?[context.Ranks];
        _uploads = [.. uploads];
        try
        {
            _plan = new(graph, context, fused);
        }
        catch
        {
            Dispose();
            throw;
        }

        var inputs = graph.Inputs.Select(input => input.Name).ToList();
        _results = [.. Outputs(GraphOutputKind.Result)];
        _inputWrites = [.. Outputs(GraphOutputKind.InputMutation).Select(output => (output, inputs.IndexOf(graph.Outputs[output].Target)))];

        IEnumerable<int> Outputs(GraphOutputKind kind) => Enumerable.Range(0, graph.Outputs.Length).Where(i => graph.Outputs[i].Kind == kind);
    }

    /// <summary>The plan, for tests and views.</summary>
    public DevicePlan Plan => _plan;

    /// <summary>One rank's part, made when it is first asked for, or anew where its device was lost.</summary>
    public DeviceRank Rank(int rank)
    {
        lock (_gate)
        {
            if (_ranks[rank] is { Device.IsLost: false } known)
                return known;
            _ranks[rank]?.Dispose();
            _ranks[rank] = null;
            var upload = _uploads[rank] ?? new(_plan.Graph, rank, _context.Options.Cuda);
            _uploads[rank] = null;
            var made = new DeviceRank(_plan, _context, rank, upload);
            _context.Logger.LogDebug(
                "cuda backend, rank {Rank} on {Device}: {Steps} steps, {Compiled} kernels compiled and {Cached} read from the disk, {Bytes} bytes of parameters",
                rank, made.Device.ToString(), _plan.Steps.Length, made.Kernels.Compiled, made.Kernels.Cached, made.ParameterBytes);
            return _ranks[rank] = made;
        }
    }

    /// <inheritdoc/>
    public Tensor[] Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols, IProcessGroup? group)
    {
        var rank = Rank(group?.Rank ?? 0);
        var transfer = new HostTransfer(_plan, rank.Device);
        rank.Run(inputs, symbols, transfer, group);
        var outputs = transfer.Take(rank);
        foreach (var (output, input) in _inputWrites)
            outputs[output]!.ReadOnlyBytes().CopyTo(inputs[input].Bytes());
        return Array.ConvertAll(_results, output => outputs[output]!);
    }

    /// <inheritdoc/>
    public DeviceTensor[] RunOnDevice(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols, IProcessGroup? group)
    {
        if (_inputWrites.Length > 0)
            throw new CallException($"the graph overwrites its input {_plan.Graph.Inputs[_inputWrites[0].Input].Name}: expected a call with tensors on the host; use Run");
        var rank = Rank(group?.Rank ?? 0);
        var transfer = new DeviceTransfer(_plan, rank.Device);
        rank.Run(inputs, symbols, transfer, group);
        return [.. transfer.Results];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> FlashCommChoices
    {
        get
        {
            lock (_gate)
                return _ranks[0]?.FlashCommChoices ?? [];
        }
    }

    /// <inheritdoc/>
    public RunProfile Profile(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols, IProcessGroup? group)
    {
        var rank = Rank(group?.Rank ?? 0);
        var transfer = new HostTransfer(_plan, rank.Device);
        using var profiler = new StepProfiler(rank.Device);
        rank.Run(inputs, symbols, transfer, group, profiler);
        transfer.Take(rank);
        return new(_plan.Graph, profiler.Timings());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            for (int i = 0; i < _ranks.Length; i++)
            {
                _ranks[i]?.Dispose();
                _ranks[i] = null;
                _uploads[i]?.Dispose();
                _uploads[i] = null;
            }
        }
    }
}
