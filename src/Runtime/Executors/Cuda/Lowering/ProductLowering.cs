using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>How products of matrices are computed.</summary>
internal static class ProductLowering
{
    /// <summary>α · left · right + β · addend of floating-point numbers, as the node's result.</summary>
    public static bool Floating(NodeLowering node, ProductShape shape) => Plain(node, shape);

    /// <summary>α · left · right + β · addend as the node's result, its terms one after the other in the type that is computed in; integers wrap around.</summary>
    public static bool Plain(NodeLowering node, ProductShape shape)
    {
        var dtype = node.Result.DType;
        return node.Define((scope, index) =>
        {
            var sum = scope.Reduce(Reduction.Sum, shape.Terms, term => scope.Call(
                "({0} * {1})", dtype, scope.At(shape.Left, shape.LeftOf(index, term)), scope.At(shape.Right, shape.RightOf(index, term))));
            if (!ProductShape.Is(shape.Alpha, 1))
                sum = scope.Call("({0} * {1})", dtype, sum, scope.Constant(shape.Alpha, dtype));
            if (!shape.HasAddend)
                return sum;
            var addend = scope.Broadcast(shape.Addend!, index);
            return ProductShape.Is(shape.Beta, 1)
                ? scope.Call("({0} + {1})", dtype, sum, addend)
                : scope.Call("({0} + {1} * {2})", dtype, sum, addend, scope.Constant(shape.Beta, dtype));
        });
    }

    /// <summary>Whether sums of so many products of int8 stay within int32 whatever the numbers are.</summary>
    public static bool FitsInt8(Dim terms) => terms.Range.Max <= MatrixProducts.MaxInt8Terms;

    /// <summary>rows · weightᵀ, exact.</summary>
    /// <param name="node">The node.</param>
    /// <param name="rows">int8 [m, k].</param>
    /// <param name="weight">int8 [n, k].</param>
    /// <returns>int32 [m, n].</returns>
    public static LoweredValue Int8(NodeLowering node, LoweredValue rows, LoweredValue weight) => node.Temporary(
        "int8_product", new(DType.Int32, [rows.Type.Shape[0], weight.Type.Shape[0]]), (scope, index) =>
            scope.Reduce(Reduction.Sum, rows.Type.Shape[1], term => scope.Call(
                "(int32_t({0}) * int32_t({1}))", DType.Int32, scope.At(rows, index[0], term), scope.At(weight, index[1], term))));
}
