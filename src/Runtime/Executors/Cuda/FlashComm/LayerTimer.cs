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

    /// <summary>
    /// Times several pieces of work in turns, a round after the other: a device's clock follows its temperature and power, and what was measured a
    /// second later would not be comparable.
    /// </summary>
    /// <param name="work">Each enqueues one call on the rank's stream.</param>
    /// <param name="samples">How often each is measured.</param>
    /// <param name="among">
    /// After the first round only what took at most so many times as long as the fastest is measured on, and the first; the others keep their one
    /// time. Infinity measures all.
    /// </param>
    /// <returns>The median time of one call of each, in microseconds, the slowest rank's.</returns>
    public double[] Microseconds(IReadOnlyList<Action> work, int samples, double among = double.PositiveInfinity)
    {
        var stream = group.Streams.Main;

        // Libraries load their code, and streams and events are made, where no capture forbids it.
        foreach (var enqueue in work)
        {
            group.BeginRun([]);
            enqueue();
            group.EndRun();
        }

        stream.Synchronize();
        var replays = new List<CudaGraph>(work.Count);
        using CudaEvent begin = CudaEvent.Create(device, timing: true), end = CudaEvent.Create(device, timing: true);
        try
        {
            foreach (var enqueue in work)
            {
                replays.Add(Record(enqueue));
                replays[^1].Launch(stream);
            }

            double[] times = Slowest([.. replays.Select(Once)]);
            double most = times.Min() * among;
            var contenders = Enumerable.Range(0, work.Count).Where(i => i == 0 || times[i] <= most).ToList();
            var rounds = Enumerable.Range(1, samples - 1).Select(_ => Slowest([.. contenders.Select(i => Once(replays[i]))])).ToList();
            for (int j = 0; j < contenders.Count; j++)
            {
                double[] sorted = [times[contenders[j]], .. rounds.Select(round => round[j])];
                Array.Sort(sorted);
                times[contenders[j]] = sorted[sorted.Length / 2];
            }

            return times;
        }
        finally
        {
            foreach (var replay in replays)
                replay.Dispose();
        }

        double Once(CudaGraph replay)
        {
            stream.Synchronize();
            ranks.Barrier(new("cuda::time", Tensor.Empty(DType.UInt8, [0])));
            stream.Record(begin);
            replay.Launch(stream);
            stream.Record(end);
            end.Synchronize();
            return CudaEvent.Milliseconds(begin, end) * 1000 / CallsOfReplay;
        }
    }

    /// <summary>The slowest rank's times, so that all ranks decide alike.</summary>
    private double[] Slowest(double[] times)
    {
        double[] known = ranks.AllGather<double>("cuda::calibrate", times);
        for (int i = 0; i < known.Length; i++)
            times[i % times.Length] = Math.Max(times[i % times.Length], known[i]);
        return times;
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
