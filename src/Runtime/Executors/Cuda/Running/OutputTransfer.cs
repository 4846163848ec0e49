using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>Takes the outputs of one run from where the next run will overwrite them.</summary>
internal abstract class OutputTransfer(DevicePlan plan, CudaDevice device)
{
    private readonly List<PinnedMemory> _kept = [];
    private readonly CudaEvent _done = CudaEvent.Create(device, timing: false);
    private PinnedPool? _pool;
    private readonly Lock _gate = new();
    private PinnedMemory? _report;
    private long _fault;
    private long[] _symbols = [];
    private (int Rank, TimeSpan Timeout) _group;

    protected DevicePlan Plan { get; } = plan;

    /// <summary>Enqueues copies of the outputs, and of what kernels reported; the rank is held.</summary>
    public void Enqueue(DeviceRun run, PinnedPool pool)
    {
        _pool = pool;
        _report = pool.Rent(sizeof(ulong));
        run.Stream.CopyToHost(_report.Address, run.Fault, sizeof(ulong));
        run.Stream.Fill(run.Fault, 0, sizeof(ulong));
        EnqueueOutputs(run, pool);
        run.Stream.Record(_done);
        _symbols = run.Symbols.AsSpan().ToArray();
        _group = run.MaybeGroup is { } group ? (group.Rank, group.Timeout) : default;
    }

    /// <summary>Keeps a block that the run reads until the run is over.</summary>
    public void Keep(PinnedMemory block) => _kept.Add(block);

    /// <summary>Waits for the run, and says what went wrong in it; the same each time.</summary>
    /// <exception cref="KernelException">A node took a place from a tensor that is outside.</exception>
    /// <exception cref="DeviceRunException">A kernel failed, and with it the device.</exception>
    /// <exception cref="CustomOps.ProcessGroupException">Another rank failed, did not come, or ran with other sizes.</exception>
    public void Wait()
    {
        lock (_gate)
        {
            if (_pool is not null)
            {
                Synchronize();
                Finish(_pool);
            }
        }

        if (CommunicationFault.Is(_fault))
            throw CommunicationFault.Describe(_fault, Plan.Graph, _group.Rank, _group.Timeout, Plan.DescribeSizes(_symbols));
        if (_fault != 0)
        {
            throw new KernelException(
                Plan.Graph.Nodes[(int)_fault - 1],
                "a number that it takes as a place is outside of the tensor that it indexes: expected 0 to the size less 1; look at the values of its index operands");
        }
    }

    /// <summary>Gives back what the run held on the host if it is over, whether or not anyone waits for it; returns whether it is.</summary>
    public bool TryFinish()
    {
        // Whoever holds it waits for the run, and will do the same.
        if (!_gate.TryEnter())
            return false;
        try
        {
            if (_pool is null)
                return true;
            if (!_done.IsPassed)
                return false;
            Finish(_pool);
            return true;
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void Finish(PinnedPool pool)
    {
        _fault = BitConverter.ToInt64(_report!.Span(0, sizeof(ulong)));
        _done.Dispose();
        pool.Return(_report);
        foreach (var block in _kept)
            pool.Return(block);
        _kept.Clear();
        _pool = null;
    }

    private void Synchronize()
    {
        try
        {
            _done.Synchronize();
        }
        catch (CudaDeviceLostException exception)
        {
            throw new DeviceRunException(Plan.DescribeSizes(_symbols), exception);
        }
    }

    protected abstract void EnqueueOutputs(DeviceRun run, PinnedPool pool);
}

/// <summary>Takes outputs to tensors on the host.</summary>
internal sealed class HostTransfer(DevicePlan plan, CudaDevice device) : OutputTransfer(plan, device)
{
    private readonly PinnedMemory?[] _blocks = new PinnedMemory?[plan.Outputs.Length];
    private readonly long[][] _sizes = new long[plan.Outputs.Length][];

    /// <summary>Waits for the run; the outputs in tensors of their own, but for those that overwrite parameters.</summary>
    public Tensor?[] Take(DeviceRank rank)
    {
        Wait();
        var tensors = new Tensor?[_blocks.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            if (_blocks[i] is not { } block)
                continue;
            var tensor = Tensor.Empty(Plan.Outputs[i].Type.DType, _sizes[i]);
            var bytes = tensor.Bytes();
            block.Span(0, bytes.Length).CopyTo(bytes);
            rank.Pool.Return(block);
            tensors[i] = tensor;
        }

        return tensors;
    }

    protected override void EnqueueOutputs(DeviceRun run, PinnedPool pool)
    {
        for (int i = 0; i < _blocks.Length; i++)
        {
            if (Plan.Graph.Outputs[i].Kind == GraphOutputKind.BufferMutation)
                continue;
            var value = Plan.Outputs[i];
            long bytes = run.Dims[Plan.BytesOf[value.Id]];
            _sizes[i] = Plan.SizesOf(value, run.Dims);
            _blocks[i] = pool.Rent(bytes);
            run.Stream.CopyToHost(_blocks[i]!.Address, run.Addresses[value.Id], bytes);
        }
    }
}

/// <summary>Leaves outputs on the device, in tensors of their own.</summary>
internal sealed class DeviceTransfer(DevicePlan plan, CudaDevice device) : OutputTransfer(plan, device)
{
    /// <summary>The outputs that are results; each waits for the run when it is read.</summary>
    public List<DeviceTensor> Results { get; } = [];

    protected override void EnqueueOutputs(DeviceRun run, PinnedPool pool)
    {
        var written = CudaEvent.Create(run.Device, timing: false);
        for (int i = 0; i < Plan.Outputs.Length; i++)
        {
            if (Plan.Graph.Outputs[i].Kind != GraphOutputKind.Result)
                continue;
            var value = Plan.Outputs[i];
            var tensor = DeviceTensor.Allocate(run.Device, value.Type.DType, Plan.SizesOf(value, run.Dims), this);
            tensor.Block.Await(run.Stream);
            run.Stream.CopyOnDevice(tensor.Address, run.Addresses[value.Id], run.Dims[Plan.BytesOf[value.Id]]);
            tensor.Block.UsedUntil(written);
            Results.Add(tensor);
        }

        run.Stream.Record(written);
    }
}
