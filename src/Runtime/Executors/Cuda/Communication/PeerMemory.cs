using System.Collections.Concurrent;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Communication;

/// <summary>Other ranks' symmetric memory as one device sees it.</summary>
internal sealed unsafe class PeerMemory : IDisposable
{
    private static readonly ConcurrentDictionary<(CudaDevice, CudaDevice), bool> Enabled = [];

    private readonly CudaDevice _device;
    private readonly List<nint> _opened = [];

    private PeerMemory(CudaDevice device, int ranks)
    {
        _device = device;
        Addresses = new nint[ranks];
    }

    /// <summary>Where each rank's memory begins.</summary>
    public nint[] Addresses { get; }

    /// <summary>
    /// Why ranks cannot use each other's memory, or null where they can. Every rank decides it from the same records, so that all go the same way.
    /// </summary>
    public static string? WhyNot(PeerRecord[] records)
    {
        if (records.Length > SymmetricLayout.MostRanks)
            return $"there are {records.Length} ranks: expected at most {SymmetricLayout.MostRanks}";
        if (Array.Exists(records, record => record.AllowsPeers == 0))
            return "CudaOptions.PeerAccess is false";
        if (Array.Exists(records, record => record.Host != records[0].Host))
            return "the ranks are on several hosts";
        if (records.Select(record => record.Device).Distinct().Count() < records.Length)
            return "several ranks share a device";
        return Array.Exists(records, record => record.Process != records[0].Process && record.HasHandle == 0)
            ? "a driver gives no handles of memory to other processes" : null;
    }

    /// <summary>Whether one device reaches the memory of another of this process.</summary>
    public static bool CanReach(CudaDevice device, int peer)
    {
        int can;
        return device.Ordinal == peer || (Driver.DeviceCanAccessPeer(&can, device.Ordinal, peer) == DriverStatus.Success && can != 0);
    }

    /// <summary>Opens the memory of all ranks.</summary>
    /// <param name="device">This rank's device.</param>
    /// <param name="rank">This rank.</param>
    /// <param name="records">What all ranks said.</param>
    /// <exception cref="CudaException">The driver does not open one.</exception>
    public static PeerMemory Open(CudaDevice device, int rank, PeerRecord[] records)
    {
        var memory = new PeerMemory(device, records.Length);
        try
        {
            for (int peer = 0; peer < records.Length; peer++)
                memory.Addresses[peer] = peer == rank ? (nint)records[peer].Address : memory.Open(records[rank], records[peer]);
            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_device.TryMakeCurrent())
        {
            foreach (nint address in _opened)
                _ = Driver.IpcCloseMemHandle(address);
        }

        _opened.Clear();
    }

    private nint Open(in PeerRecord own, in PeerRecord peer)
    {
        if (own.Process == peer.Process)
        {
            Enable(_device, CudaDevice.Open(peer.Ordinal));
            return (nint)peer.Address;
        }

        _device.MakeCurrent();
        nint address;
        _device.Check(Driver.IpcOpenMemHandle(&address, peer.Handle, DriverValues.IpcEnablePeerAccess), "cuIpcOpenMemHandle");
        _opened.Add(address);
        return address;
    }

    /// <summary>Once for a pair of devices of the process: all that the peer allocates can then be reached.</summary>
    private static void Enable(CudaDevice device, CudaDevice peer) => Enabled.GetOrAdd((device, peer), static pair =>
    {
        pair.Item1.MakeCurrent();
        int code = Driver.CtxEnablePeerAccess(pair.Item2.Context, 0);
        if (code != DriverStatus.PeerAccessAlreadyEnabled)
            pair.Item1.Check(code, "cuCtxEnablePeerAccess");
        return true;
    });
}
