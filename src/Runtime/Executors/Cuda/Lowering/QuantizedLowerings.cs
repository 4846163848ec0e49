using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Linear layers of int8 weights: activations are quantised, multiplied as int8, and the exact sums scaled.</summary>
internal static class QuantizedLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("evergraph::linear_w8a8", Static);
        table.Add("evergraph::linear_w8a8_dynamic", Dynamic);
    }

    /// <summary>x [..., K] as a matrix of rows.</summary>
    private static LoweredValue Rows(NodeLowering node)
    {
        var x = node.Tensor("x");
        return node.Reshaped(x, [Shape.Create(x.Type.Shape.AsSpan()[..^1]).Elements, x.Type.Shape[^1]]);
    }

    /// <summary>
    /// An element as its own type holds it: one that a kernel has just computed in float32 is rounded first, or else many that lie near a half would be
    /// rounded to another integer than in the reference.
    /// </summary>
    private static Expression Held(ElementScope scope, LoweredValue x, params Dim[] place) =>
        scope.Cast(scope.At(x, place), CTypes.Computed(x.Type.DType), x.Type.DType);

    private static Dim[] Matrix(NodeLowering node, Dim[] index) =>
        [ElementScope.Ravel(Shape.Create(node.Result.Shape.AsSpan()[..^1]), index.AsSpan()[..^1]), index[^1]];

    private static bool Refuse(NodeLowering node) => node.Decline("an int8 product of so many terms can overflow int32");

    /// <summary>
    /// s = max|x| / 127 of each row, q = clamp(round(x / s), −127, 127), y = Σ q·w · s · weight_scale + bias. The quotients are taken in float32, of
    /// float64 in float64. A row of zeros has scale 0 and NaN quotients, which become 0. The scale of a row with a NaN or an infinity is one too.
    /// </summary>
    private static bool Dynamic(NodeLowering node)
    {
        if (!ProductLowering.FitsInt8(node.Tensor("x").Type.Shape[^1]))
            return Refuse(node);
        LoweredValue x = Rows(node), weight = node.Tensor("weight"), weightScale = node.Tensor("weight_scale");
        var (count, length, computed) = (x.Type.Shape[0], x.Type.Shape[1], CTypes.Computed(x.Type.DType));
        Expression Scale(ElementScope scope, Dim row)
        {
            var largest = scope.Reduce(Reduction.Maximum, length, place => scope.Call("({0} < 0 ? -{0} : {0})", computed, Held(scope, x, row, place)));

            // Of no elements the largest is 0 and not −∞.
            return scope.Call("(maximum({0}, {1}) / {2})", computed, largest, scope.Constant(0.0, computed), scope.Constant(127.0, computed));
        }

        // Both by the same reduction, so that one kernel over the rows computes both.
        var scales = node.Temporary("row_scale", new(computed, [count]), (scope, index) => Scale(scope, index[0]), isStored: true);
        var rows = node.Temporary("quantized_rows", new(DType.Int8, x.Type.Shape), (scope, index) =>
            Quantized(scope, scope.Call("({0} / {1})", computed, Held(scope, x, index[0], index[1]), Scale(scope, index[0])), 0, -127), isStored: true);
        var sums = ProductLowering.Int8(node, rows, weight);

        var wide = new[] { x, weightScale, node.OptionalTensor("bias") }.Any(value => value?.Type.DType == DType.Float64) ? DType.Float64 : DType.Float32;
        return node.Define((scope, index) =>
        {
            var place = Matrix(node, index);
            var sum = scope.Cast(scope.At(sums, place), DType.Int32, wide);
            Expression Wide(LoweredValue value, Dim at) => scope.Cast(scope.At(value, at), CTypes.Computed(value.Type.DType), wide);
            var scaled = scope.Call("({0} * {1} * {2})", wide, sum, Wide(scales, place[0]), Wide(weightScale, place[1]));
            if (node.OptionalTensor("bias") is { } bias)
                scaled = scope.Call("({0} + {1})", wide, scaled, Wide(bias, place[1]));
            return scope.Cast(scaled, wide, CTypes.Computed(node.Result.DType));
        });
    }

    /// <summary>
    /// q = clamp(round(x / scale) + zero_point, −128, 127), y = (Σ q·w − zero_point · Σ w) · (scale · weight_scale) + bias in float32.
    /// </summary>
    public static bool Static(NodeLowering node)
    {
        if (!ProductLowering.FitsInt8(node.Tensor("x").Type.Shape[^1]))
            return Refuse(node);
        LoweredValue x = Rows(node), weight = node.Tensor("weight"), weightScale = node.Tensor("weight_scale");
        var (zeroPoint, inputScale) = (node.Int("input_zero_point"), node.Float("input_scale"));
        var sums = ProductLowering.Int8(node, Quantize(node, x), weight);
        var weightSums = zeroPoint == 0 ? null : WeightSums(node);
        return node.Define((scope, index) =>
        {
            var place = Matrix(node, index);
            var sum = scope.Cast(scope.At(sums, place), DType.Int32, DType.Int64);
            if (weightSums is not null)
            {
                var correction = scope.Cast(scope.At(weightSums, place[1]), DType.Int32, DType.Int64);
                sum = scope.Call("({0} - {1} * {2})", DType.Int64, sum, correction, scope.Constant(zeroPoint, DType.Int64));
            }

            // The scales are multiplied in float64 and rounded once.
            var weightFactor = scope.Cast(scope.At(weightScale, place[1]), CTypes.Computed(weightScale.Type.DType), DType.Float64);
            var factor = scope.Call("float({0} * {1})", DType.Float32, weightFactor, scope.Constant(inputScale, DType.Float64));
            var scaled = scope.Call("({0} * {1})", DType.Float32, scope.Cast(sum, DType.Int64, DType.Float32), factor);
            if (node.OptionalTensor("bias") is { } bias)
                scaled = scope.Call("({0} + {1})", DType.Float32, scaled, scope.Cast(scope.At(bias, place[1]), CTypes.Computed(bias.Type.DType), DType.Float32));
            return scope.Cast(scaled, DType.Float32, CTypes.Computed(node.Result.DType));
        });
    }

    /// <summary>x in int8: clamp(round(x / scale) + zero_point, −128, 127), or x itself where it is int8 already.</summary>
    public static LoweredValue Quantize(NodeLowering node, LoweredValue x)
    {
        var (computed, zeroPoint, inputScale) = (CTypes.Computed(x.Type.DType), node.Int("input_zero_point"), node.Float("input_scale"));
        return x.Type.DType == DType.Int8 ? x : node.Temporary("quantized_rows", new(DType.Int8, x.Type.Shape), (scope, index) =>
            Quantized(scope, scope.Call("({0} / {1})", computed, Held(scope, x, index), scope.Constant(inputScale, computed)), zeroPoint, -128), isStored: true);
    }

    /// <summary>Σ over a weight's inputs, int32 [features].</summary>
    public static LoweredValue WeightSums(NodeLowering node)
    {
        var weight = node.Tensor("weight");
        return node.Temporary("weight_sum", new(DType.Int32, [weight.Type.Shape[0]]), (scope, index) =>
            scope.Reduce(Reduction.Sum, weight.Type.Shape[1], place => scope.Cast(scope.At(weight, index[0], place), DType.Int8, DType.Int32)), isStored: true);
    }

    /// <summary>A quotient rounded, ties to even, moved by the zero-point and cut to int8; NaN becomes the zero-point.</summary>
    private static Expression Quantized(ElementScope scope, Expression quotient, long zeroPoint, long least)
    {
        Expression Number(double number) => scope.Constant(number, quotient.DType);
        return scope.Call(
            "int8_t({0} != {0} ? {1} : minimum(maximum(round_of({0}) + {1}, {2}), {3}))", DType.Int8,
            quotient, Number(zeroPoint), Number(least), Number(127));
    }
}
