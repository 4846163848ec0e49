using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Attention;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>Runs attention: its sizes, strides and addresses at the call.</summary>
internal sealed class AttentionStepRunner : StepRunner
{
    private readonly AttentionStep _step;
    private readonly AttentionKernel _kernel;
    private readonly int[] _sizes;
    private readonly PlacedOperand _queries;
    private readonly PlacedOperand _keys;
    private readonly PlacedOperand _values;
    private readonly PlacedOperand? _mask;
    private readonly int _workspace;

    public AttentionStepRunner(AttentionStep step, int index, DevicePlan plan, ReadOnlySpan<CudaFunction> functions)
        : base(step)
    {
        _step = step;
        _kernel = new(step.Plan, functions);
        var dims = plan.Dims;
        Shape queries = step.Queries.Value.Type.Shape, values = step.Values.Value.Type.Shape;
        _sizes = [.. new[] { queries[0], queries[2], values[2], queries[1], values[1], queries[3], values[3] }.Select(dims.Add)];
        (_queries, _keys, _values) = (new(step.Queries, dims), new(step.Keys, dims), new(step.Values, dims));
        _mask = step.Mask is { } mask ? new(mask, dims) : null;
        _workspace = plan.ValueCount + index;
    }

    public override void Enqueue(DeviceRun run)
    {
        int Size(int i) => checked((int)run.Dims[_sizes[i]]);
        var sizes = new AttentionSizes(Size(0), Size(1), Size(2), Size(3), Size(4), Size(5), Size(6));
        long tokens = _step.IsHeadsOuter ? sizes.ValueSize : (long)sizes.Heads * sizes.ValueSize;
        long heads = _step.IsHeadsOuter ? (long)sizes.Queries * sizes.ValueSize : sizes.ValueSize;
        var result = new AttentionOperand(run.Addresses[_step.Results[0].Id], (long)sizes.Queries * sizes.Heads * sizes.ValueSize, tokens, heads);
        _kernel.Run(run.Stream, sizes, At(_queries, run), At(_keys, run), At(_values, run), result, _mask is null ? default : MaskAt(_mask, run), run.Addresses[_workspace]);
    }

    private static AttentionOperand At(PlacedOperand operand, DeviceRun run) =>
        new(operand.Address(run), operand.Stride(run, 0), operand.Stride(run, 1), operand.Stride(run, 2));

    private static AttentionMask MaskAt(PlacedOperand mask, DeviceRun run) =>
        new(mask.Address(run), mask.Stride(run, 0), mask.Stride(run, 1), mask.Stride(run, 2), mask.Stride(run, 3));
}
