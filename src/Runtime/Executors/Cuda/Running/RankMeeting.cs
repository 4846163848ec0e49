using Evergraph.CustomOps;
using Evergraph.CustomOps.Layers;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Cuda.Planning;
using Microsoft.Extensions.Logging;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>Brings a rank together with the others when a run needs it, and lets layers find their fastest ways when they first meet.</summary>
internal sealed class RankMeeting
{
    // Symmetric memory for the largest run that is declared is taken at once, if it is no more than this.
    private const long MostAtOnce = 2L << 30;

    private readonly DevicePlan _plan;
    private readonly LoadContext _context;
    private readonly DeviceGroup _group;
    private readonly FlashCommRunner[] _layers;
    private readonly Dictionary<LayerShape, IReadOnlyList<(long Tokens, VariantTime[] Times)>> _measured = [];

    public RankMeeting(DevicePlan plan, LoadContext context, DeviceGroup group, StepRunner[] runners)
    {
        (_plan, _context, _group) = (plan, context, group);
        _layers = [.. runners.OfType<FlashCommRunner>()];
    }

    /// <summary>Begins a run, after the rank has connected where it had to.</summary>
    /// <param name="group">The run's group.</param>
    /// <param name="run">The run, whose sizes are known.</param>
    /// <param name="forget">Called where memory moved: recorded runs know addresses.</param>
    public void Begin(IProcessGroup group, DeviceRun run, Action forget)
    {
        long needed = 0;
        foreach (int place in _plan.BufferBytes)
            needed = Math.Max(needed, run.Dims[place]);
        if (!_group.IsConnected(group, needed))
        {
            forget();
            bool calibrates = _context.Options.Cuda.CalibrateFlashComm && AnyNew(group);
            long wanted = _plan.MostBufferBytes <= MostAtOnce ? _plan.MostBufferBytes : calibrates ? CalibrationBytes(group, run) : 0;
            _group.Connect(group, Math.Max(needed, wanted));
            if (_group.WhyNoPeers is { } reason)
                _context.Logger.LogWarning("cuda backend, rank {Rank}: collectives are NCCL's and do not overlap with products, because {Reason}", group.Rank, reason);
            if (calibrates && _group.Nccl is null)
                Calibrate(group, run);
        }

        _group.BeginRun(run.Symbols);
    }

    /// <summary>What buffers must hold so that layers are timed, although nothing, or too much, is declared; the same on every rank.</summary>
    private long CalibrationBytes(IProcessGroup group, DeviceRun run)
    {
        long wanted = _layers.Where(IsCalibrated).Select(layer => FlashCommCalibration.BufferBytes(layer.FlashComm.Layer, MostTokens(layer))).DefaultIfEmpty(0).Max();
        return Math.Min(wanted, FlashCommCalibration.MostBytes(group, run.Device) / SymmetricLayout.Buffers);
    }

    private static bool IsCalibrated(FlashCommRunner layer) => layer.FlashComm is { IsEnabled: true, Reduces: true };

    private static long MostTokens(FlashCommRunner layer) => (layer.FlashComm.Tokens * layer.FlashComm.Batches).Range.Max;

    private void Calibrate(IProcessGroup group, DeviceRun run)
    {
        using var phase = Telemetry.Phase("evergraph.cuda.calibrate");
        var calibration = new FlashCommCalibration(_group, group, run.Device, new(group, run.Device, _context.Options.Cuda));
        foreach (var layer in _layers.Where(IsCalibrated))
        {
            var step = layer.FlashComm;
            if (!_measured.TryGetValue(step.Layer, out var times))
                _measured.Add(step.Layer, times = calibration.Measure(layer.Layer, layer.WeightOf(run), layer.ScalesOf(run), MostTokens(layer)));

            layer.Choice = FlashCommChoice.ByTime(times, IsThresholdChosen(step) ? step.Threshold : null, step.Layer);
            _context.Logger.LogDebug("cuda backend, rank {Rank}: {Layer} {Choice}", group.Rank, step.Layer, layer.Choice);
        }
    }

    /// <summary>Whether some rank has not calibrated yet: then all do.</summary>
    private bool AnyNew(IProcessGroup group)
    {
        bool any = group.AllGather("cuda::calibrate", [_measured.Count == 0]).Contains(true);
        if (any)
            _measured.Clear();
        return any && _layers.Length > 0;
    }

    /// <summary>A threshold that someone chose wins over what was measured; the default does not.</summary>
    private bool IsThresholdChosen(FlashCommStep step) =>
        _context.Options.FlashComm?.Threshold is not null || step.Threshold != FlashCommOptions.DefaultThreshold
        || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(FlashCommOptions.ThresholdVariable));
}
