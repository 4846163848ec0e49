using System.Runtime.InteropServices;
using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>
/// A graph on one rank's device: kernels, parameters, memory, and one stream on which all its runs follow each other. Thread-safe: a run holds the
/// rank while it enqueues, and waits for its results without holding it.
/// </summary>
internal sealed class DeviceRank : IDisposable
{
    private readonly DevicePlan _plan;
    private readonly LoadContext _context;
    private readonly CudaOptions _options;
    private readonly Lock _gate = new();
    private readonly StepRunner[] _runners;
    private readonly KernelLibrary _library;
    private readonly DeviceParameters _parameters;
    private readonly DeviceConstants _constants;
    private readonly Arena _arena;
    private readonly PinnedPool _pool;
    private readonly DeviceMemory _fault;
    private readonly DeviceRun _run;
    private readonly Replays _replays;
    private readonly (int Output, int Target)[] _bufferWrites;
    private readonly DeviceGroup? _group;
    private readonly RankMeeting? _meeting;

    // In the order of the stream.
    private readonly Queue<OutputTransfer> _unfinished = [];
    private bool _hasSizes;

    public DeviceRank(DevicePlan plan, LoadContext context, int rank, ParameterUpload parameters)
    {
        (_plan, _context, _options) = (plan, context, context.Options.Cuda);
        Device = CudaDevice.Open(OrdinalOf(rank, _options));
        var products = ProductWarmUp.Begin(Device, plan.Steps);
        Stream = CudaStream.Create(Device);
        _pool = new(Device);
        _library = new(Device, _options.KernelCache);
        _fault = DeviceMemory.Allocate(Device, sizeof(ulong));
        Stream.Fill(_fault.Address, 0, sizeof(ulong));

        // Parameters are copied on another thread while kernels compile, and on a third cuBLASLt begins.
        _runners = StepRunners.Prepare(plan, context, Device, _library, _pool);
        _parameters = parameters.Take(Device);
        products.Wait();
        _arena = new(plan, Device, plan.SlotOf, plan.SlotSizes);
        if (plan.Communicates)
        {
            _group = new(Device, Stream, _library.Compile([DeviceGroup.Source])[0], _fault.Address, _options);
            _meeting = new(plan, context, _group, _runners);
            foreach (var runner in _runners)
                runner.BeforeLoading(_group.Streams.Drain);
        }

        _run = new(plan, context, Device, Stream) { Fault = _fault.Address, MaybeGroup = _group };
        for (int i = 0; i < plan.Parameters.Length; i++)
            _run.Addresses[plan.Parameters[i].Id] = _parameters.Addresses[i];
        _constants = new(plan, Device, _run.Addresses);
        _replays = new(plan.IsStatic && !_options.Synchronous ? _options.Replays : 0);
        var names = plan.Graph.Parameters.Select(parameter => parameter.Name).ToList();
        _bufferWrites = [.. plan.Graph.Outputs.Select((output, i) => (output, i))
            .Where(entry => entry.output.Kind == GraphOutputKind.BufferMutation)
            .Select(entry => (entry.i, names.IndexOf(entry.output.Target)))];
    }

    /// <summary>The number of a rank's device.</summary>
    public static int OrdinalOf(int rank, CudaOptions options) => (options.Device + rank) % CudaDevice.Count;

    public CudaDevice Device { get; }

    public CudaStream Stream { get; }

    /// <summary>Memory for copies to and from the device.</summary>
    public PinnedPool Pool => _pool;

    /// <summary>Kernels that NVRTC compiled, and kernels that were on the disk.</summary>
    public (int Compiled, int Cached) Kernels => (_library.Compiled, _library.Cached);

    /// <summary>Bytes of the parameters on the device.</summary>
    public long ParameterBytes => _parameters.Bytes;

    /// <summary>How each shape of maybe-FlashComm layer goes, once the ranks have met.</summary>
    public IReadOnlyList<string> FlashCommChoices => _group is not { Size: > 0 } ? [] :
    [
        .. _runners.OfType<FlashCommRunner>().GroupBy(runner => (runner.FlashComm.Layer, runner.Choice.ToString()))
            .Select(layer => $"{layer.Key.Layer}, {layer.Count()} node{(layer.Count() == 1 ? "" : "s")}: {layer.Key.Item2}"),
    ];

    /// <summary>Runs the graph.</summary>
    /// <param name="inputs">The inputs, on the host or on this device.</param>
    /// <param name="symbols">The values of the symbols that are known at the call.</param>
    /// <param name="transfer">What happens to the outputs once all is enqueued; called while the rank is held.</param>
    /// <param name="group">The run's group, or null where the graph needs none.</param>
    /// <param name="profiler">Is told when each step begins and ends, or null.</param>
    public void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols, OutputTransfer transfer, IProcessGroup? group, StepProfiler? profiler = null)
    {
        lock (_gate)
        {
            try
            {
                // Results that are dropped before anyone reads them must not keep what their runs held.
                while (_unfinished.TryPeek(out var oldest) && oldest.TryFinish())
                    _unfinished.Dequeue();
                Arrange(symbols);
                if (_constants.IsMissing)
                    _constants.Compute(i => EnqueueOne(_runners[i], _options.Synchronous));
                _meeting?.Begin(group!, _run, _replays.Clear);
                CopyInputs(inputs, transfer);
                Enqueue(symbols, profiler);
                transfer.Enqueue(_run, _pool);
                _unfinished.Enqueue(transfer);
                foreach (var (output, parameter) in _bufferWrites)
                    Stream.CopyOnDevice(_parameters.Addresses[parameter], _run.Addresses[_plan.Outputs[output].Id], _run.Dims[_plan.BytesOf[_plan.Outputs[output].Id]]);
                if (!_plan.IsStatic)
                    Stream.Synchronize();
            }
            catch (Exception exception)
            {
                // The other ranks may be further: whoever comes next meets them anew.
                _group?.Disconnect();
                if (exception is CudaDeviceLostException lost)
                    throw new DeviceRunException(_plan.DescribeSizes(symbols), lost);
                throw;
            }
            finally
            {
                _run.FreeExtra();
            }

            _context.Statistics.CountBytes(_arena.Needed, _arena.Capacity);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!Device.IsLost)
                Stream.Synchronize();
            _replays.Dispose();
            _group?.Dispose();
            foreach (var runner in _runners)
                (runner as IDisposable)?.Dispose();
            _arena.Dispose();
            _constants.Dispose();
            _parameters.Dispose();
            _fault.Dispose();
            _library.Dispose();
            _pool.Dispose();
            Stream.Dispose();
        }
    }

    /// <summary>Works out sizes and addresses, unless they are those of the call before.</summary>
    private void Arrange(ReadOnlySpan<long> symbols)
    {
        if (_hasSizes && _plan.IsStatic && symbols.SequenceEqual(_run.Symbols))
            return;
        _hasSizes = false;
        symbols.CopyTo(_run.Symbols);
        _plan.Dims.EvaluateAfter(SymbolTable.AtCall, _run.Symbols, _run.Dims);
        _arena.Arrange(_run.Dims, _run.Addresses, () =>
        {
            Stream.Synchronize();
            _replays.Clear();
        });
        _hasSizes = true;
    }

    private void CopyInputs(ReadOnlySpan<Tensor> inputs, OutputTransfer transfer)
    {
        long hostBytes = 0;
        foreach (var input in inputs)
            hostBytes += input.Storage.Owner is DeviceBlock ? 0 : Alignment.Up(input.ByteCount, Alignment.Copy);
        var block = hostBytes == 0 ? null : _pool.Rent(hostBytes);
        long at = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            var (input, address, bytes) = (inputs[i], _run.Addresses[_plan.Inputs[i].Id], inputs[i].ByteCount);
            if (input.Storage.Owner is DeviceBlock owner)
            {
                owner.CheckDevice(Device, _plan.Graph.Inputs[i].Name);
                owner.Await(Stream);
                Stream.CopyOnDevice(address, owner.Address + (nint)input.ByteOffset, bytes);
                continue;
            }

            // Where all are empty there is no block.
            if (bytes == 0)
                continue;
            input.ReadOnlyBytes().CopyTo(block!.Span(at, (int)bytes));
            Stream.CopyToDevice(address, block.Address + (nint)at, bytes);
            at += Alignment.Up(bytes, Alignment.Copy);
        }

        if (block is not null)
            transfer.Keep(block);
        MarkUse(inputs);
    }

    /// <summary>From here on others may write where inputs lie on the device.</summary>
    private void MarkUse(ReadOnlySpan<Tensor> inputs)
    {
        CudaEvent? read = null;
        foreach (var input in inputs)
        {
            if (input.Storage.Owner is not DeviceBlock owner)
                continue;
            if (read is null)
                Stream.Record(read = CudaEvent.Create(Device, timing: false));
            owner.UsedUntil(read);
        }
    }

    private void Enqueue(ReadOnlySpan<long> symbols, StepProfiler? profiler)
    {
        if (profiler is null && _replays.Find(symbols) is { } replay)
        {
            replay.Graph ??= Record();
            replay.Graph.Launch(Stream);
            Count();
            return;
        }

        for (int i = 0; i < _runners.Length; i++)
        {
            if (_plan.RunsOnce[i])
                continue;
            var runner = _runners[i];
            if (runner is not HostRunner)
                _run.Allocate(_plan.Unplanned[i]);
            profiler?.Begin(Stream, runner.Step, _run);
            EnqueueOne(runner, _options.Synchronous);
            profiler?.End(Stream);
        }

        _group?.EndRun();
        Count();
    }

    private void Count()
    {
        foreach (var runner in _runners)
            runner.Count(_run);
    }

    private CudaGraph Record()
    {
        Stream.BeginCapture();
        try
        {
            for (int i = 0; i < _runners.Length; i++)
            {
                if (!_plan.RunsOnce[i])
                    EnqueueOne(_runners[i], isAwaited: false);
            }

            _group?.EndRun();
        }
        catch
        {
            Stream.AbandonCapture();
            throw;
        }

        return Stream.EndCapture();
    }

    private void EnqueueOne(StepRunner runner, bool isAwaited)
    {
        try
        {
            runner.Enqueue(_run);
            if (isAwaited)
                Stream.Synchronize();
        }
        catch (CudaException exception) when (runner.Step.Node >= 0)
        {
            throw new KernelException(
                _plan.Graph.Nodes[runner.Step.Node],
                $"its step {runner.Step.Name} failed on ({string.Join(", ", runner.Step.Operands.Select(operand => Describe(operand.View.Source)))}): {exception.Message}", exception);
        }
    }

    private TensorType Describe(Lowering.LoweredValue value) =>
        new(value.Type.DType, value.Type.Shape.Substitute(symbol => (Dim)_run.Symbols[_context.Symbols.SlotOf(symbol)]));
}
