using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Device;

/// <summary>Recorded work that is launched as one. What it reads and writes must live as long as it does.</summary>
internal sealed unsafe class CudaGraph : CudaHandle
{
    private CudaGraph(CudaDevice device, nint executable)
        : base(device, executable)
    {
    }

    /// <summary>Makes a recording launchable, and frees the recording.</summary>
    internal static CudaGraph Instantiate(CudaDevice device, nint graph)
    {
        nint executable;
        int code = Driver.GraphInstantiate(&executable, graph, 0);
        int freed = Driver.GraphDestroy(graph);
        device.Check(code, "cuGraphInstantiate");
        var instance = new CudaGraph(device, executable);
        device.Check(freed, "cuGraphDestroy");
        return instance;
    }

    /// <summary>Enqueues it. Two launches of one graph run one after the other.</summary>
    public void Launch(CudaStream stream)
    {
        Device.MakeCurrent();
        Device.Check(Driver.GraphLaunch(Native, stream.Handle), "cuGraphLaunch");
        GC.KeepAlive(stream);
        GC.KeepAlive(this);
    }

    private protected override int Free(nint freed) => Driver.GraphExecDestroy(freed);
}
