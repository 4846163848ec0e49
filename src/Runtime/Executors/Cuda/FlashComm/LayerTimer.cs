using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>Times work that all ranks enqueue together, as it runs in the steady state: recorded, several calls in a row, and replayed.</summary>
/// <param name="group">The ranks' devices.</param>
/// <param name="ranks">The ranks' hosts.</param>
/// <param name="device">This rank's device.</param>
internal sealed class LayerTimer(DeviceGroup group, IProcessGroup ranks, CudaDevice device)
{
    private const int CallsOfReplay = 4;

    /// <summary>This rank's median time of one call, in microseconds.</summary>
    /// <param name="enqueue">Enqueues one call on the rank's stream.</param>
    /// <param name="samples">How often it is measured.</param>
    public double Microseconds(Action enqueue, int samples)
    {
        var stream = group.Streams.Main;

        // Libraries load their code, and streams and events are made, where no capture forbids it.
        group.BeginRun([]);
        enqueue();
        group.EndRun();
        stream.Synchronize();
        using var replay = Record(enqueue);
        replay.Launch(stream);
        using CudaEvent begin = CudaEvent.Create(device, timing: true), end = CudaEvent.Create(device, timing: true);
        var times = new double[samples];
        for (int i = 0; i < samples; i++)
        {
            stream.Synchronize();
            ranks.Barrier(new("cuda::time", Tensor.Empty(DType.UInt8, [0])));
            stream.Record(begin);
            replay.Launch(stream);
            stream.Record(end);
            end.Synchronize();
            times[i] = CudaEvent.Milliseconds(begin, end) * 1000 / CallsOfReplay;
        }

        Array.Sort(times);
        return times[samples / 2];
    }

    private CudaGraph Record(Action enqueue)
    {
        var stream = group.Streams.Main;
        group.BeginRun([]);
        stream.BeginCapture();
        try
        {
            for (int i = 0; i < CallsOfReplay; i++)
                enqueue();
            group.EndRun();
        }
        catch
        {
            stream.AbandonCapture();
            throw;
        }

        return stream.EndCapture();
    }
}
