using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>Runs a product: its sizes and strides at the call, then cuBLASLt.</summary>
internal sealed class ProductStepRunner : StepRunner, IDisposable
{
    private readonly ProductRunner _runner;
    private readonly PlacedOperand _left;
    private readonly PlacedOperand _right;
    private readonly PlacedOperand? _bias;
    private readonly (int Row, int Batch) _leftStrides;
    private readonly (int Row, int Batch) _rightStrides;
    private readonly int _result;
    private readonly int _workspace;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _terms;
    private readonly int _batch;
    private readonly int _resultBatchStride;

    public ProductStepRunner(ProductStep step, int index, DevicePlan plan, CudaDevice device, bool tuned)
        : base(step)
    {
        _runner = new(device, step.Plan(), tuned);
        var dims = plan.Dims;
        Shape left = step.Left.Value.Type.Shape, right = step.Right.Value.Type.Shape;
        (_rows, _columns, _terms) = (dims.Add(left[^2]), dims.Add(right[^1]), dims.Add(left[^1]));
        _batch = dims.Add(Shape.Create(left.AsSpan()[..^2]).Elements);
        _resultBatchStride = dims.Add(left[^2] * right[^1]);
        _left = new(step.Left, dims);
        _right = new(step.Right, dims);
        _leftStrides = (dims.Add(ProductStep.RowStride(step.Left)), dims.Add(ProductStep.BatchStride(step.Left)));
        _rightStrides = (dims.Add(ProductStep.RowStride(step.Right)), dims.Add(ProductStep.BatchStride(step.Right)));
        _bias = step.Bias is { } bias ? new(bias, dims) : null;
        _result = step.Results[0].Id;
        _workspace = plan.ValueCount + index;
    }

    public override void BeforeLoading(Action wait) => _runner.BeforeLoading = wait;

    public override void Enqueue(DeviceRun run)
    {
        var dims = run.Dims;
        var sizes = new ProductSizes(dims[_rows], dims[_columns], dims[_terms])
        {
            RowStrideA = dims[_leftStrides.Row],
            RowStrideB = dims[_rightStrides.Row],
            RowStrideD = dims[_columns],
            Batch = dims[_batch],
            BatchStrideA = dims[_leftStrides.Batch],
            BatchStrideB = dims[_rightStrides.Batch],
            BatchStrideD = dims[_resultBatchStride],
        };
        _runner.Run(run.Stream, sizes, _left.Address(run), _right.Address(run), run.Addresses[_result], _bias?.Address(run) ?? 0, run.Addresses[_workspace]);
    }

    public void Dispose() => _runner.Dispose();
}
