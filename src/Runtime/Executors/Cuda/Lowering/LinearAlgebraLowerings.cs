using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Products of vectors, matrices and batches of them.</summary>
internal static class LinearAlgebraLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::linear", node => Linear(node, "input"));
        table.Add("aten::mm", node => Product(node, Matrices(node, "self", "mat2")));
        table.Add("aten::bmm", node => Product(node, Matrices(node, "self", "mat2")));
        table.Add("aten::matmul", node => Product(node, Matrices(node, "self", "other")));
        table.Add("aten::mv", node => Product(node, Matrices(node, "self", "vec")));
        table.Add("aten::dot", node => Product(node, Matrices(node, "self", "tensor")));
        table.Add("aten::addmm", node => Sum(node, Matrices(node, "mat1", "mat2")));
        table.Add("aten::baddbmm", node => Sum(node, Matrices(node, "batch1", "batch2")));
    }

    private static bool Product(NodeLowering node, ProductShape shape) => node.Result.DType.IsFloating()
        ? ProductLowering.Floating(node, shape)
        : ProductLowering.Plain(node, shape);

    private static bool Sum(NodeLowering node, ProductShape product)
    {
        var shape = product with { Addend = node.Tensor("self"), Alpha = node.Scalar("alpha"), Beta = node.Scalar("beta") };
        return IsSize(shape.Alpha) || IsSize(shape.Beta)
            ? node.Decline("a factor that is a size")
            : Product(node, shape);
    }

    private static bool IsSize(Scalar factor) => factor.Kind == ScalarKind.Integer && !factor.Integer.IsConstant;

    /// <summary>x [..., K] · w [N, K]ᵀ + b [N]: the leading axes of x are all rows.</summary>
    /// <param name="node">The node.</param>
    /// <param name="operand">What the operator calls x.</param>
    public static bool Linear(NodeLowering node, string operand)
    {
        LoweredValue input = node.Tensor(operand), weight = node.Tensor("weight");
        var leading = Shape.Create(input.Type.Shape.AsSpan()[..^1]);
        return Product(node, new(
            input, weight, Shape.Scalar, leading.Elements, weight.Type.Shape[0], weight.Type.Shape[1], node.Result.Shape,
            (index, term) => [.. index[..^1], term], (index, term) => [index[^1], term])
        {
            Addend = node.OptionalTensor("bias"),
        });
    }

    /// <summary>
    /// The product as Python's <c>@</c> takes it: the last two axes are matrices, those before are broadcast; a vector on the left is a row, one on
    /// the right a column, and its axis is missing in the result. One matrix on the right serves all: the left's leading axes are then rows.
    /// </summary>
    private static ProductShape Matrices(NodeLowering node, string first, string second)
    {
        LoweredValue left = node.Tensor(first), right = node.Tensor(second);
        Shape leftShape = left.Type.Shape, rightShape = right.Type.Shape, result = node.Result.Shape;
        bool isRow = leftShape.Rank == 1, isColumn = rightShape.Rank == 1;
        int batch = result.Rank - (isRow ? 0 : 1) - (isColumn ? 0 : 1);
        bool isShared = rightShape.Rank <= 2;
        return new(
            left, right,
            isShared ? Shape.Scalar : Shape.Create(result.AsSpan()[..batch]),
            isShared ? Shape.Create(leftShape.AsSpan()[..^1]).Elements : isRow ? 1 : leftShape[^2],
            isColumn ? 1 : rightShape[^1],
            leftShape[^1],
            result,
            (index, term) => isRow ? [term] : [.. Own(leftShape, index[..batch]), index[batch], term],
            (index, term) => isColumn ? [term] : [.. Own(rightShape, index[..batch]), term, index[^1]]);
    }

    /// <summary>The place of a matrix in an operand whose batch is broadcast: axes of one matrix, and missing ones, are repeated.</summary>
    private static Dim[] Own(Shape shape, Dim[] batch)
    {
        var own = new Dim[shape.Rank - 2];
        for (int axis = 0; axis < own.Length; axis++)
            own[axis] = shape[axis].Equals(1) ? 0 : batch[batch.Length - own.Length + axis];
        return own;
    }
}
