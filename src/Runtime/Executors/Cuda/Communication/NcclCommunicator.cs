using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Communication;

/// <summary>One rank's end of a group of NCCL's. Its calls enqueue; ranks make the same ones in the same order.</summary>
internal sealed unsafe class NcclCommunicator : IDisposable
{
    private readonly CudaDevice _device;
    private nint _communicator;

    private NcclCommunicator(CudaDevice device, int rank, int ranks, NcclUniqueId id)
    {
        _device = device;
        device.MakeCurrent();
        nint made;
        Nccl.Check(Nccl.CommInitRank(&made, ranks, id, rank), "ncclCommInitRank");
        _communicator = made;
    }

    /// <summary>Meets the other ranks, which call it at the same time; they find each other by a number that rank 0 draws.</summary>
    /// <param name="device">This rank's device, on which no other rank is.</param>
    /// <param name="group">The ranks.</param>
    /// <exception cref="ProcessGroupException">A rank does not come.</exception>
    public static NcclCommunicator Meet(CudaDevice device, IProcessGroup group)
    {
        var id = group.AllGather("cuda::nccl", [group.Rank == 0 ? CreateId() : default])[0];
        return new(device, group.Rank, group.Size, id);
    }

    /// <summary>Block r of the sum of all ranks' tensors to rank r.</summary>
    public void ReduceScatter(CudaStream stream, DType type, nint from, nint to, long received) =>
        Check(Nccl.ReduceScatter(from, to, (nuint)received, Nccl.TypeOf(type), Nccl.Sum, Use(), stream.Handle), "ncclReduceScatter");

    /// <summary>The ranks' blocks one after another to every rank.</summary>
    public void AllGather(CudaStream stream, DType type, nint from, nint to, long sent) =>
        Check(Nccl.AllGather(from, to, (nuint)sent, Nccl.TypeOf(type), Use(), stream.Handle), "ncclAllGather");

    /// <summary>The sum of all ranks' tensors to every rank.</summary>
    public void AllReduce(CudaStream stream, DType type, nint from, nint to, long elements) =>
        Check(Nccl.AllReduce(from, to, (nuint)elements, Nccl.TypeOf(type), Nccl.Sum, Use(), stream.Handle), "ncclAllReduce");

    /// <summary>Ends what is under way and waits for other ranks, so that the device can go on.</summary>
    public void Abort() => End(Nccl.CommAbort);

    public void Dispose() => End(Nccl.CommDestroy);

    private void End(Func<nint, int> end)
    {
        nint communicator = Interlocked.Exchange(ref _communicator, 0);
        if (communicator != 0 && _device.TryMakeCurrent())
            _ = end(communicator);
    }

    private static NcclUniqueId CreateId()
    {
        CudaLibraries.Require(CudaLibraries.Nccl);
        NcclUniqueId id;
        Nccl.Check(Nccl.GetUniqueId(&id), "ncclGetUniqueId");
        return id;
    }

    private nint Use()
    {
        ObjectDisposedException.ThrowIf(_communicator == 0, this);
        _device.MakeCurrent();
        return _communicator;
    }

    private static void Check(int status, string function) => Nccl.Check(status, function);
}
