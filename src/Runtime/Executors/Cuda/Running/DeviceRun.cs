using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>What the steps of a run read: sizes, addresses, the stream. One rank has one, used by one run at a time.</summary>
internal sealed class DeviceRun(DevicePlan plan, LoadContext context, CudaDevice device, CudaStream stream)
{
    private readonly List<DeviceMemory> _extra = [];

    public DevicePlan Plan { get; } = plan;

    public LoadContext Context { get; } = context;

    public CudaDevice Device { get; } = device;

    public CudaStream Stream { get; } = stream;

    /// <summary>The values of the symbols, by slot.</summary>
    public long[] Symbols { get; } = new long[context.Symbols.Count];

    /// <summary>The values of the plan's sizes.</summary>
    public long[] Dims { get; } = plan.Dims.CreateValues();

    /// <summary>Where each value lies, and after those the workspace of each step.</summary>
    public nint[] Addresses { get; } = new nint[plan.ValueCount + plan.Steps.Length];

    /// <summary>Where kernels report a place that is outside a tensor: the node's number + 1, or 0.</summary>
    public required nint Fault { get; init; }

    /// <summary>The rank's device among the others, for steps that communicate.</summary>
    public DeviceGroup Group => MaybeGroup ?? throw new InvalidOperationException("the run has no group");

    /// <summary>The same, or null where no step communicates.</summary>
    public DeviceGroup? MaybeGroup { get; init; }

    /// <summary>The operations of a step at the run's sizes.</summary>
    public long OperationsOf(Step step) => step.Operations.Evaluate(symbol => Symbols[Context.Symbols.SlotOf(symbol)]);

    /// <summary>Gives a value memory of its own until the run ends: its size was not known when the run began.</summary>
    public void Allocate(int value, long bytes)
    {
        var memory = DeviceBlock.Allocate(Device, bytes);
        _extra.Add(memory);
        Addresses[value] = memory.Address;
    }

    /// <summary>Gives what a step makes memory of its own, where its size was not known when the run began.</summary>
    public void Allocate((int Value, int Bytes)[] unplanned)
    {
        foreach (var (value, bytes) in unplanned)
            Allocate(value, Dims[bytes]);
    }

    /// <summary>Frees what <see cref="Allocate(int, long)"/> gave.</summary>
    public void FreeExtra()
    {
        foreach (var memory in _extra)
            memory.Dispose();
        _extra.Clear();
    }
}

/// <summary>A step made ready for one rank.</summary>
internal abstract class StepRunner(Step step)
{
    public Step Step { get; } = step;

    /// <summary>Says what to do before code is launched that may have to be loaded: see <see cref="Products.ProductRunner.BeforeLoading"/>.</summary>
    public virtual void BeforeLoading(Action wait)
    {
    }

    /// <summary>Enqueues it. Allocates nothing, unless it runs on the host.</summary>
    public abstract void Enqueue(DeviceRun run);

    /// <summary>Counts what the step decides in a run, also where the run replays what was enqueued before.</summary>
    public virtual void Count(DeviceRun run)
    {
    }
}
