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
    private readonly Operand _queries;
    private readonly Operand _keys;
    private readonly Operand _values;
    private readonly Operand? _mask;
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
        _kernel.Run(run.Stream, sizes, _queries.At(run), _keys.At(run), _values.At(run), result, _mask?.AsMask(run) ?? default, run.Addresses[_workspace]);
    }

    /// <summary>Where an operand's numbers of the call are.</summary>
    private sealed class Operand(StepOperand operand, DimTable dims)
    {
        private readonly int _value = operand.View.Source.Id;
        private readonly int _offset = dims.Add(operand.View.Offset);
        private readonly int _size = operand.Value.Type.DType.Size();
        private readonly int[] _strides = [.. operand.View.Strides.Select(dims.Add)];

        public AttentionOperand At(DeviceRun run) => new(Address(run), run.Dims[_strides[0]], run.Dims[_strides[1]], run.Dims[_strides[2]]);

        public AttentionMask AsMask(DeviceRun run) =>
            new(Address(run), run.Dims[_strides[0]], run.Dims[_strides[1]], run.Dims[_strides[2]], run.Dims[_strides[3]]);

        private nint Address(DeviceRun run) => run.Addresses[_value] + (nint)(run.Dims[_offset] * _size);
    }
}
