using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Our own operators of decoders, element by element: norms, gates, rotary embeddings.</summary>
internal static class FusedLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("evergraph::rms_norm", node => node.Define(Norm(node, node.Tensor("x"))));
        table.Add("evergraph::rms_norm.residual", NormOfSum);
        table.Add("evergraph::silu_and_mul", Gate);
        table.Add("evergraph::rotary_embedding", node => Rotate(node, 0, "q") && Rotate(node, 1, "k"));
        table.Add("evergraph::rotary_embedding.single", node => Rotate(node, 0, "x"));
    }

    /// <summary>x · w / √(mean(x²) + eps) along the last axis.</summary>
    private static Definition Norm(NodeLowering node, LoweredValue x) => (scope, index) =>
    {
        var computed = CTypes.Computed(x.Type.DType);
        var length = x.Type.Shape[^1];
        Expression Row(Dim place) => scope.At(x, [.. index[..^1], place]);
        var squares = scope.Reduce(Reduction.Sum, length, place => scope.Call("({0} * {0})", computed, Row(place)));
        var count = scope.Cast(scope.Size(length), DType.Int64, computed);
        var factor = scope.Call("(1 / sqrt_of({0} / {1} + {2}))", computed, squares, count, scope.Constant(node.Float("eps"), computed));
        var weight = node.Tensor("weight");
        return scope.Call("({0} * {1} * {2})", computed, scope.At(x, index), factor, scope.Cast(scope.At(weight, index[^1]), weight.Type.DType, computed));
    };

    private static bool NormOfSum(NodeLowering node)
    {
        LoweredValue x = node.Tensor("x"), residual = node.Tensor("residual");
        node.Define(1, (scope, index) => scope.Call("({0} + {1})", x.Type.DType, scope.At(x, index), scope.At(residual, index)));
        return node.Define(0, Norm(node, node.Results[1]!));
    }

    /// <summary>silu(a) · b for x = [a, b].</summary>
    private static bool Gate(NodeLowering node) => node.Define((scope, index) =>
    {
        var half = node.Result.Shape[^1];
        var gate = scope.At(node.Tensor("x"), index);
        var value = scope.At(node.Tensor("x"), [.. index[..^1], index[^1] + half]);
        return scope.Call("({0} / (1 + exp_of(-{0})) * {1})", node.Result.DType, gate, value);
    });

    /// <summary>
    /// a·cos − b·sin and b·cos + a·sin of the pairs (i, i + h), or (2i, 2i + 1) where interleaved, for the h columns of cos; what follows stays.
    /// </summary>
    private static bool Rotate(NodeLowering node, int result, string parameter)
    {
        LoweredValue x = node.Tensor(parameter), cos = node.Tensor("cos"), sin = node.Tensor("sin");
        var (dtype, angles, size) = (CTypes.Computed(x.Type.DType), cos.Type.Shape[1], x.Type.Shape[^1]);
        bool isInterleaved = node.Bool("interleaved");
        if (angles.Equals(0))
            return node.View(result, x, index => index);
        return node.Define(result, (scope, index) =>
        {
            var feature = index[^1];
            var position = Position(scope, node, index, cos.Type.Shape[0]);
            Expression Turned(Dim partner, Dim angle, Expression isFirst)
            {
                Expression Angle(LoweredValue table) => scope.Cast(scope.At(table, position, angle), table.Type.DType, dtype);
                var other = scope.At(x, [.. index[..^1], partner]);
                return scope.Call("({0} * {1} + ({3} ? -{2} : {2}) * {4})", dtype, scope.At(x, index), Angle(cos), other, isFirst, Angle(sin));
            }

            if (isInterleaved)
            {
                // Pairs lie side by side: the partner of 2i is 2i + 1.
                var (pair, second) = (Dim.FloorDiv(feature, 2), Dim.Mod(feature, 2));
                var turned = Turned((2 * pair) + 1 - second, pair, scope.Call("({0} == 0)", DType.Bool, scope.Size(second)));
                return IsWhole(size, angles) ? turned : scope.Select(Below(scope, feature, angles), turned, scope.At(x, index));
            }

            if (IsWhole(size, angles))
                return Turned(Dim.Mod(feature + angles, 2 * angles), Dim.Mod(feature, angles), scope.Call("({0} < {1})", DType.Bool, scope.Size(feature), scope.Size(angles)));
            var rotated = Turned(Dim.Mod(feature + angles, 2 * angles), Dim.Mod(feature, angles), scope.Call("({0} < {1})", DType.Bool, scope.Size(feature), scope.Size(angles)));
            return scope.Select(Below(scope, feature, angles), rotated, scope.At(x, index));
        });
    }

    private static bool IsWhole(Dim size, Dim angles) => size.Equals(2 * angles) && angles.Range.Min > 0;

    private static Expression Below(ElementScope scope, Dim feature, Dim angles) => scope.Call("({0} < 2 * {1})", DType.Bool, scope.Size(feature), scope.Size(angles));

    /// <summary>The row of cos that a token takes: its own number, or what position_ids says, which is broadcast to the axes before the heads.</summary>
    private static Dim Position(ElementScope scope, NodeLowering node, Dim[] index, Dim positions) => node.OptionalTensor("position_ids") is { } ids
        ? scope.Place(scope.Cast(scope.Broadcast(ids, index.AsSpan()[..^2]), ids.Type.DType, DType.Int64), positions)
        : index[^3];
}
