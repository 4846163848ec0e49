using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;
using Evergraph.Runtime.Cuda.Planning;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>How products of matrices are computed.</summary>
internal static class ProductLowering
{
    // An outer product of positions and frequencies is bound by what it writes.
    private const int FewTerms = 4;

    /// <summary>α · left · right + β · addend of floating-point numbers, as the node's result: by cuBLASLt where there are terms at all sizes.</summary>
    public static bool Floating(NodeLowering node, ProductShape shape)
    {
        var dtype = node.Result.DType;
        if (shape.Terms.Range.Min < 1 || shape.Terms.Range.Max <= FewTerms || shape.Left.Type.DType != dtype || shape.Right.Type.DType != dtype || !IsNumber(shape.Alpha))
            return Plain(node, shape);
        bool isBias = shape.HasAddend && ProductShape.Is(shape.Beta, 1) && IsBias(shape) && HasEpilogue(dtype);
        var bias = isBias ? node.Reshaped(shape.Addend!, [shape.Columns]) : null;
        bool isWhole = isBias || !shape.HasAddend;
        var product = node.Filled(node.Node.Operator.Schema.Name, isWhole ? node.Result : new(CTypes.Computed(dtype), shape.Result));
        node.Run(new ProductStep(node.Index, shape.LeftMatrices(node), shape.RightMatrices(node), bias, product, shape.Alpha.ToDouble(), node.Device.AllowTf32));
        return isWhole ? node.Return(0, product) : node.Define((scope, index) =>
        {
            var (sum, addend) = (scope.At(product, index), scope.Broadcast(shape.Addend!, index));
            return ProductShape.Is(shape.Beta, 1)
                ? scope.Call("({0} + {1})", dtype, sum, addend)
                : scope.Call("({0} + {1} * {2})", dtype, sum, addend, scope.Constant(shape.Beta, dtype));
        });
    }

    /// <summary>Lets the product whose result a node reads alone compute an activation before it stores; returns whether there is such a product.</summary>
    public static bool TryActivate(NodeLowering node, ProductEpilogue alone, ProductEpilogue withBias)
    {
        var self = node.Tensor("self");
        if (node.UsesOf("self") != 1 || node.ProducerOf<ProductStep>(self) is not { Epilogue: ProductEpilogue.None or ProductEpilogue.Bias } step || self.Type != node.Result || !HasEpilogue(node.Result.DType))
            return false;
        step.Epilogue = step.Epilogue == ProductEpilogue.None ? alone : withBias;
        return node.Return(0, self);
    }

    /// <summary>
    /// Whether a product has an epilogue: see <see cref="ProductPlan.IsSupported"/>. Where it has none it is kept in float32, and what follows adds
    /// and rounds once.
    /// </summary>
    private static bool HasEpilogue(DType result) => result.Size() > 2;

    /// <summary>Whether the addend is one number for each column.</summary>
    private static bool IsBias(ProductShape shape)
    {
        var addend = shape.Addend!.Type;
        return addend.DType == shape.Left.Type.DType && addend.Rank >= 1 && addend.Shape[^1].Equals(shape.Columns)
            && shape.Result.Rank >= 1 && shape.Result[^1].Equals(shape.Columns) && addend.Shape.Elements.Equals(shape.Columns);
    }

    private static bool IsNumber(Scalar factor) => factor.Kind == ScalarKind.Float || factor.Integer.IsConstant;

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
    public static LoweredValue Int8(NodeLowering node, LoweredValue rows, LoweredValue weight)
    {
        Dim count = rows.Type.Shape[0], columns = weight.Type.Shape[0], terms = rows.Type.Shape[1];
        var type = new TensorType(DType.Int32, [count, columns]);

        // cuBLASLt takes integers in groups of four.
        if (terms.Range.Min >= 1 && Dim.Mod(terms, 4).Equals(0) && Dim.Mod(columns, 4).Equals(0))
        {
            var product = node.Filled("int8_product", type);
            var right = node.TemporaryView(new(DType.Int8, [terms, columns]), weight, index => [index[1], index[0]]);
            node.Run(new ProductStep(node.Index, rows, right, null, product, 1, allowTf32: false));
            return product;
        }

        return node.Temporary("int8_product", type, (scope, index) =>
            scope.Reduce(Reduction.Sum, rows.Type.Shape[1], term => scope.Call(
                "(int32_t({0}) * int32_t({1}))", DType.Int32, scope.At(rows, index[0], term), scope.At(weight, index[1], term))));
    }
}
