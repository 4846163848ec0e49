using System.Globalization;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>
/// The memory of a rank's runs: one block, in which each slot of the plan has a place that is worked out anew for the sizes of a call. It grows
/// when a call needs more, and is kept.
/// </summary>
internal sealed class Arena(DevicePlan plan, CudaDevice device, int[] slotOf, int[][] slotSizes) : IDisposable
{
    // A call of a few tokens more must not move everything.
    private const long Step = 2 << 20;

    private readonly long[] _offsets = new long[slotSizes.Length];
    private DeviceMemory? _memory;

    /// <summary>Bytes that are held.</summary>
    public long Capacity => _memory?.Bytes ?? 0;

    /// <summary>Bytes that the last sizes needed.</summary>
    public long Needed { get; private set; }

    /// <summary>Finds a place for each slot.</summary>
    /// <param name="dims">The values of the plan's sizes.</param>
    /// <param name="addresses">Where the address of each value is written.</param>
    /// <param name="release">Called before the memory moves: what knows its addresses must forget them.</param>
    /// <exception cref="CudaOutOfMemoryException">The device has not so much memory.</exception>
    public void Arrange(long[] dims, nint[] addresses, Action release)
    {
        long end = 0;
        for (int slot = 0; slot < _offsets.Length; slot++)
        {
            long bytes = 0;
            foreach (int size in slotSizes[slot])
                bytes = Math.Max(bytes, dims[size]);
            _offsets[slot] = end;
            end += Alignment.Up(bytes, Alignment.Block);
        }

        Needed = end;
        if (_memory is null || _memory.Bytes < end)
            Grow(Alignment.Up(end, Step), dims, release);
        for (int value = 0; value < slotOf.Length; value++)
        {
            if (slotOf[value] != BufferPlan.NoSlot)
                addresses[value] = _memory!.Address + (nint)_offsets[slotOf[value]];
        }
    }

    public void Dispose() => _memory?.Dispose();

    private void Grow(long bytes, long[] dims, Action release)
    {
        release();

        // The old block goes first: both together may not fit.
        _memory?.Dispose();
        _memory = null;
        try
        {
            _memory = DeviceBlock.Allocate(device, Math.Max(bytes, Step));
        }
        catch (CudaOutOfMemoryException exception)
        {
            throw new DeviceMemoryException(Describe(bytes, dims), exception);
        }
    }

    /// <summary>Which values make the need large: the largest slots with the nodes whose results lie there.</summary>
    private string Describe(long bytes, long[] dims)
    {
        var largest = Enumerable.Range(0, slotSizes.Length)
            .Select(slot => (Bytes: slotSizes[slot].Max(size => dims[size]), Slot: slot))
            .OrderByDescending(slot => slot.Bytes).Take(3)
            .Select(slot => string.Create(CultureInfo.InvariantCulture, $"{slot.Bytes} bytes for {Users(slot.Slot)}"));
        return string.Create(CultureInfo.InvariantCulture, $"the run's memory takes {bytes} bytes at these sizes, the largest parts being {string.Join("; ", largest)}");
    }

    private string Users(int slot)
    {
        int value = plan.Slots[slot].Values[0];
        var step = plan.Steps.FirstOrDefault(step => step.Results.Any(result => result.Id == value));
        if (step is null)
            return value < plan.ValueCount ? "an input" : $"the workspace of {plan.Graph.Nodes[plan.Steps[value - plan.ValueCount].Node]}";
        var type = step.Results.First(result => result.Id == value).Type;
        return step.Node >= 0 ? $"{type} of {plan.Graph.Nodes[step.Node]}" : type.ToString();
    }
}
