using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>
/// Brings a rank's parameters to its device. Nothing but the graph is needed for it, so it begins before there is a plan, and runs while the
/// graph is lowered and kernels are loaded.
/// </summary>
internal sealed class ParameterUpload : IDisposable
{
    private readonly TensorGraph _graph;
    private readonly int _rank;
    private readonly Task<(CudaDevice Device, DeviceParameters Parameters)> _copied;

    /// <summary>Begins.</summary>
    /// <param name="graph">Whose parameters.</param>
    /// <param name="rank">Which rank's part of them.</param>
    /// <param name="options">On which devices.</param>
    public ParameterUpload(TensorGraph graph, int rank, CudaOptions options)
    {
        (_graph, _rank) = (graph, rank);
        _copied = Task.Run(() =>
        {
            var device = CudaDevice.Open(DeviceRank.OrdinalOf(rank, options));
            return (device, Copy(device));
        });
    }

    /// <summary>Waits for the parameters, which are the caller's from here on.</summary>
    /// <param name="device">The device; where the one that they were copied to was lost meanwhile they are copied again.</param>
    /// <exception cref="CudaOutOfMemoryException">The device has not so much memory.</exception>
    public DeviceParameters Take(CudaDevice device)
    {
        var (copiedTo, parameters) = _copied.GetAwaiter().GetResult();
        if (ReferenceEquals(copiedTo, device))
            return parameters;
        parameters.Dispose();
        return Copy(device);
    }

    /// <summary>Frees parameters that nobody will take, once they are copied.</summary>
    public void Dispose() => _copied.ContinueWith(
        static copied => copied.Result.Parameters.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    private DeviceParameters Copy(CudaDevice device)
    {
        using var phase = Telemetry.Phase("evergraph.cuda.upload");
        using var stream = CudaStream.Create(device);
        using var pool = new PinnedPool(device);
        return new([.. _graph.Parameters.Select(parameter => ParameterParts.Of(parameter, _rank))], device, stream, pool);
    }
}
