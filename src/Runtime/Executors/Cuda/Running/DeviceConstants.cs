using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>What a rank's kernels compute of parameters alone: once, on the stream before the first run, into memory that stays.</summary>
internal sealed class DeviceConstants : IDisposable
{
    private readonly int[] _steps;
    private readonly DeviceMemory? _memory;

    /// <summary>Finds a place for each value.</summary>
    /// <param name="plan">Says which steps run once.</param>
    /// <param name="device">Where.</param>
    /// <param name="addresses">Where the address of each value is written.</param>
    public DeviceConstants(DevicePlan plan, CudaDevice device, nint[] addresses)
    {
        _steps = [.. Enumerable.Range(0, plan.Steps.Length).Where(i => plan.RunsOnce[i])];
        var values = _steps.SelectMany(i => plan.Steps[i].Results).ToList();
        if (values.Count == 0)
            return;
        _memory = DeviceBlock.Allocate(device, values.Sum(value => Alignment.Up(value.Type.Bytes.Value, Alignment.Block)));
        nint at = _memory.Address;
        foreach (var value in values)
        {
            addresses[value.Id] = at;
            at += (nint)Alignment.Up(value.Type.Bytes.Value, Alignment.Block);
        }

        IsMissing = true;
    }

    /// <summary>Whether they are to be computed yet.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>Computes them.</summary>
    /// <param name="enqueue">Enqueues a step, by its place in the plan.</param>
    public void Compute(Action<int> enqueue)
    {
        foreach (int step in _steps)
            enqueue(step);
        IsMissing = false;
    }

    public void Dispose() => _memory?.Dispose();
}
