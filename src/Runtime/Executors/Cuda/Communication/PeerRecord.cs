using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Communication;

/// <summary>What a rank tells the others when they connect.</summary>
internal struct PeerRecord
{
    /// <summary>Its process, the same for threads of one.</summary>
    public Guid Process;

    /// <summary>Its machine: hosts that differ cannot open each other's memory.</summary>
    public Guid Host;

    /// <summary>Its device, whatever number that has in a process.</summary>
    public Guid Device;

    /// <summary>The device's number in its process.</summary>
    public int Ordinal;

    /// <summary>Whether it can load NCCL.</summary>
    public int HasNccl;

    /// <summary>Whether its options allow peers' memory.</summary>
    public int AllowsPeers;

    /// <summary>Whether its options allow packed sums.</summary>
    public int PacksSums;

    /// <summary>How many multiprocessors its device has for products that send their tiles themselves; 0 where it does not run them.</summary>
    public int FusedMultiprocessors;

    /// <summary>Whether its driver makes handles of memory for other processes.</summary>
    public int HasHandle;

    /// <summary>Where its symmetric memory begins, in its process.</summary>
    public long Address;

    /// <summary>How other processes open it.</summary>
    public IpcHandle Handle;

    private static readonly Guid ThisProcess = Guid.NewGuid();

    /// <summary>This rank's record.</summary>
    public static unsafe PeerRecord Of(CudaDevice device, SymmetricMemory memory, CudaOptions options)
    {
        PeerRecord record = new()
        {
            Process = ThisProcess,
            Host = HostIdentity.Value,
            Device = device.Uuid,
            Ordinal = device.Ordinal,
            HasNccl = CudaLibraries.WhyMissing(CudaLibraries.Nccl) is null ? 1 : 0,
            AllowsPeers = options.PeerAccess ? 1 : 0,
            PacksSums = options.PackSums ? 1 : 0,
            FusedMultiprocessors = device.HasWarpgroupProducts ? device.Multiprocessors : 0,
            Address = memory.Address,
        };
        record.HasHandle = memory.TryExport(out record.Handle) ? 1 : 0;
        return record;
    }
}
