using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>Runs a maybe-FlashComm operator from device to device, in the way that its choice says for the number of tokens.</summary>
internal sealed class FlashCommRunner : StepRunner, IDisposable
{
    private readonly FlashCommStep _step;
    private readonly FlashCommLayer _layer;
    private readonly PlacedOperand _x;
    private readonly PlacedOperand _weight;
    private readonly PlacedOperand? _bias;
    private readonly PlacedOperand? _weightScale;
    private readonly PlacedOperand? _weightSums;
    private readonly BranchCounter _branches;
    private readonly int _tokens;
    private readonly int _batches;
    private readonly int _laneBytes;
    private readonly int _workspace;
    private readonly bool _mayFuse;

    public FlashCommRunner(FlashCommStep step, int index, DevicePlan plan, LoadContext context, CudaDevice device, ReadOnlySpan<CudaFunction> functions)
        : base(step)
    {
        _step = step;
        _layer = new(device, step.Layer, context.Options.Cuda, functions);
        var dims = plan.Dims;
        (_x, _weight) = (new(step.X, dims), new(step.Weight, dims));
        _bias = Place(step.Bias, dims);
        _weightScale = Place(step.WeightScale, dims);
        _weightSums = Place(step.WeightSums, dims);
        _branches = context.Statistics.CounterOf(step.Node, plan.Graph.Nodes[step.Node]);
        (_tokens, _batches, _laneBytes) = (dims.Add(step.Tokens), dims.Add(step.Batches), dims.Add(step.Layer.LaneBytes(step.RowsOfPart)));
        _workspace = plan.ValueCount + index;
        _mayFuse = step.Operands.All(IsAligned);
        Choice = FlashCommChoice.ByThreshold(step.Threshold, step.Layer, context.Options.Cuda.FlashCommVariant);
    }

    /// <summary>The step.</summary>
    public FlashCommStep FlashComm => _step;

    /// <summary>The layer and its ways to run.</summary>
    public FlashCommLayer Layer => _layer;

    /// <summary>What decides between the ways.</summary>
    public FlashCommChoice Choice { get; set; }

    /// <summary>The address of the weight, which does not change, for calibration.</summary>
    public nint WeightOf(DeviceRun run) => _weight.Address(run);

    /// <summary>The scales of the call.</summary>
    public QuantizedScales ScalesOf(DeviceRun run) => new(_weightScale?.Address(run) ?? 0, _weightSums?.Address(run) ?? 0, _step.Scale, _step.ZeroPoint);

    public override void BeforeLoading(Action wait) => _layer.BeforeLoading = wait;

    public override void Enqueue(DeviceRun run)
    {
        var call = new LinearCall
        {
            Node = Step.Node,
            MayFuse = _mayFuse,
            Tokens = run.Dims[_tokens],
            Batches = run.Dims[_batches],
            X = _x.Address(run),
            Weight = _weight.Address(run),
            Bias = _bias?.Address(run) ?? 0,
            Result = run.Addresses[_step.Results[0].Id],
            Workspace = run.Addresses[_workspace],
            LaneBytes = run.Dims[_laneBytes],
        };
        _layer.Scales = ScalesOf(run);
        if (_step.Reduces)
            _layer.Run(run.Group, call, VariantOf(run));
        else
            _layer.RunAlone(run.Stream, call with { Bias = run.Group.Rank == 0 ? call.Bias : 0 });
    }

    /// <summary>Counts the branch of a run, which may have been recorded before.</summary>
    public override void Count(DeviceRun run) => _branches.Record(_step.Reduces && VariantOf(run).Overlaps);

    public void Dispose() => _layer.Dispose();

    private FlashCommVariant VariantOf(DeviceRun run) =>
        _step.IsEnabled && run.Group.Nccl is null ? Choice.Of(run.Dims[_tokens] * run.Dims[_batches]) : FlashCommVariant.InTurn;

    /// <summary>Whether an operand begins at a multiple of 16 bytes, which is known when the graph is compiled, so that ranks agree.</summary>
    private static bool IsAligned(StepOperand operand) => operand.View.Offset.TryGetConstant(out long offset) && offset * operand.Value.Type.DType.Size() % 16 == 0;

    private static PlacedOperand? Place(StepOperand? operand, DimTable dims) => operand is null ? null : new(operand, dims);
}
