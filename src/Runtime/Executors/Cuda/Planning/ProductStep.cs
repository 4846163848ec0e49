using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>Products of matrices by cuBLASLt: for each of a batch [m, k] · [k, n].</summary>
internal sealed class ProductStep : Step
{
    private readonly StepOperand _left;
    private readonly StepOperand _right;
    private readonly StepOperand? _bias;

    /// <param name="node">The node.</param>
    /// <param name="left">[batch..., m, k].</param>
    /// <param name="right">[batch..., k, n].</param>
    /// <param name="bias">[n], added to each row, or null.</param>
    /// <param name="result">What is filled: batch, m, n in row-major order, whatever its sizes are.</param>
    /// <param name="alpha">The factor of the products.</param>
    /// <param name="allowTf32">Whether float32 operands may be rounded to TF32.</param>
    public ProductStep(int node, LoweredValue left, LoweredValue right, LoweredValue? bias, LoweredValue result, double alpha, bool allowTf32)
        : base(node, "product")
    {
        _left = new(left, strides => IsMatrix(left.Type.Shape, strides));
        _right = new(right, strides => IsMatrix(right.Type.Shape, strides));
        _bias = bias is null ? null : new(bias);
        Operands = bias is null ? [_left, _right] : [_left, _right, _bias!];
        Results = [result];
        Alpha = alpha;
        AllowTf32 = allowTf32;
        Epilogue = bias is null ? ProductEpilogue.None : ProductEpilogue.Bias;
    }

    public override IReadOnlyList<StepOperand> Operands { get; }

    public override IReadOnlyList<LoweredValue> Results { get; }

    public override Dim Workspace => ProductLibrary.WorkspaceBytes;

    public override Dim Operations => 2 * _left.Value.Type.Shape.Elements * _right.Value.Type.Shape[^1];

    /// <summary>What is done to the products before they are stored; a lowering of what follows may change it.</summary>
    public ProductEpilogue Epilogue { get; set; }

    public double Alpha { get; }

    public bool AllowTf32 { get; }

    public StepOperand Left => _left;

    public StepOperand Right => _right;

    public StepOperand? Bias => _bias;

    /// <summary>The product as cuBLASLt is told of it, once the operands have places.</summary>
    public ProductPlan Plan() => new()
    {
        Operands = _left.Value.Type.DType,
        Result = Results[0].Type.DType,
        TransposeA = !IsRowMajor(_left),
        TransposeB = !IsRowMajor(_right),
        Epilogue = Epilogue,
        Alpha = Alpha,
        AllowTf32 = AllowTf32,
        ColumnsVary = !_right.Value.Type.Shape[^1].IsConstant,
        InnerVaries = !_right.Value.Type.Shape[^2].IsConstant,
    };

    /// <summary>From a stored row of an operand to the next.</summary>
    public static Dim RowStride(StepOperand operand) => IsRowMajor(operand) ? operand.View.Strides[^2] : operand.View.Strides[^1];

    /// <summary>From one matrix of an operand to the next; 0 where the batch shares it.</summary>
    public static Dim BatchStride(StepOperand operand)
    {
        var shape = operand.Value.Type.Shape;
        for (int axis = shape.Rank - 3; axis >= 0; axis--)
        {
            if (!shape[axis].Equals(1))
                return operand.View.Strides[axis];
        }

        return 0;
    }

    private static bool IsRowMajor(StepOperand operand) => IsUnit(operand.Value.Type.Shape, operand.View.Strides, operand.Value.Type.Rank - 1)
        && HasRows(operand.Value.Type.Shape, operand.View.Strides, operand.Value.Type.Rank - 2, operand.Value.Type.Rank - 1);

    /// <summary>Rows or columns lie dense and apart, and one stride leads through the batch.</summary>
    private static bool IsMatrix(Shape shape, Dim[] strides)
    {
        int row = shape.Rank - 2, column = shape.Rank - 1;
        bool isMatrix = (IsUnit(shape, strides, column) && HasRows(shape, strides, row, column)) || (IsUnit(shape, strides, row) && HasRows(shape, strides, column, row));
        return isMatrix && HasOneBatchStride(shape, strides);
    }

    private static bool IsUnit(Shape shape, Dim[] strides, int axis) => shape[axis].Equals(1) || strides[axis].Equals(1);

    private static bool HasRows(Shape shape, Dim[] strides, int rows, int columns) =>
        shape[rows].Equals(1) || (strides[rows] >= shape[columns]).Proof == Truth.True;

    private static bool HasOneBatchStride(Shape shape, Dim[] strides)
    {
        int inner = -1;
        for (int axis = shape.Rank - 3; axis >= 0; axis--)
        {
            if (shape[axis].Equals(1))
                continue;
            if (inner >= 0 && !strides[axis].Equals(strides[inner] * shape[inner]))
                return false;
            if ((strides[axis] >= 0).Proof != Truth.True)
                return false;
            inner = axis;
        }

        return true;
    }
}
