using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Norms by the moments of rows, groups or channels, and softmax.</summary>
internal static class NormalizationLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::layer_norm", node => LayerNorm(node));
        table.Add("aten::native_layer_norm", node => LayerNorm(node) && LayerStatistics(node));
        table.Add("aten::rms_norm", RmsNorm);
        table.Add("aten::group_norm", node => GroupNorm(node, node.Int("num_groups")));
        table.Add("aten::native_group_norm", node => GroupNorm(node, node.Int("group")));
        table.Add("aten::batch_norm", BatchNorm);
        table.Add("aten::_native_batch_norm_legit_no_training", node => BatchNorm(node) && Empty(node, 1) && Empty(node, 2));
        foreach (string name in (string[])["softmax.int", "_softmax"])
            table.Add($"aten::{name}", node => Softmax(node, isLogarithm: false));
        foreach (string name in (string[])["log_softmax.int", "_log_softmax"])
            table.Add($"aten::{name}", node => Softmax(node, isLogarithm: true));
    }

    /// <summary>The mean of a row, and 1 / √(var + ε).</summary>
    private static (Expression Mean, Expression Inverse) Statistics(ElementScope scope, NodeLowering node, DType computed, Dim count, Func<Dim, Expression> element)
    {
        var (mean, squares) = ReductionLowerings.Moments(scope, computed, count, term => scope.Reduce(Reduction.Sum, count, place => term(element(place))));
        var inverse = scope.Call(
            "(1 / sqrt_of({0} / {1} + {2}))", computed,
            squares, scope.Cast(scope.Size(count), DType.Int64, computed), scope.Constant(node.Float("eps"), computed));
        return (mean, inverse);
    }

    /// <summary>(x − mean) · inverse, by the weight and with the bias where there are some.</summary>
    private static Expression Normalized(ElementScope scope, NodeLowering node, Expression x, Expression mean, Expression inverse, Dim[] parameter)
    {
        var result = scope.Call("(({0} - {1}) * {2})", x.DType, x, mean, inverse);
        if (node.OptionalTensor("weight") is { } weight)
            result = scope.Call("({0} * {1})", x.DType, result, scope.At(weight, parameter));
        return node.OptionalTensor("bias") is { } bias ? scope.Call("({0} + {1})", x.DType, result, scope.At(bias, parameter)) : result;
    }

    /// <summary>How many axes are normalized, and an element of the input by the place in its row.</summary>
    private static (int Axes, Shape Row, Func<ElementScope, Dim[], Dim, Expression> Element) Rows(NodeLowering node)
    {
        var input = node.Tensor("input");
        int axes = node.Dims("normalized_shape").Length;
        Shape row = Shape.Create(input.Type.Shape.AsSpan()[^axes..]);
        return (axes, row, (scope, index, place) => scope.At(input, [.. index[..^axes], .. ElementScope.Unravel(row, place)]));
    }

    private static bool LayerNorm(NodeLowering node)
    {
        var (axes, row, element) = Rows(node);
        var input = node.Tensor("input");
        return node.Define((scope, index) =>
        {
            var (mean, inverse) = Statistics(scope, node, CTypes.Computed(input.Type.DType), row.Elements, place => element(scope, index, place));
            return Normalized(scope, node, scope.At(input, index), mean, inverse, index[^axes..]);
        });
    }

    private static bool LayerStatistics(NodeLowering node)
    {
        var (_, row, element) = Rows(node);
        var computed = CTypes.Computed(node.Tensor("input").Type.DType);
        node.Define(1, (scope, index) => Statistics(scope, node, computed, row.Elements, place => element(scope, index, place)).Mean);
        return node.Define(2, (scope, index) => Statistics(scope, node, computed, row.Elements, place => element(scope, index, place)).Inverse);
    }

    /// <summary>x / √(mean(x²) + ε) · w.</summary>
    private static bool RmsNorm(NodeLowering node)
    {
        var (axes, row, element) = Rows(node);
        var (input, weight) = (node.Tensor("input"), node.OptionalTensor("weight"));
        var computed = CTypes.Computed(input.Type.DType);

        // PyTorch's default is the distance from 1 to the next number of the type that it computes in.
        double eps = node.Has("eps") ? node.Float("eps") : computed == DType.Float64 ? Math.BitIncrement(1.0) - 1 : MathF.BitIncrement(1) - 1;
        return node.Define((scope, index) =>
        {
            var squares = scope.Reduce(Reduction.Sum, row.Elements, place => scope.Call("({0} * {0})", computed, element(scope, index, place)));
            var count = scope.Cast(scope.Size(row.Elements), DType.Int64, computed);
            var root = scope.Call("sqrt_of({0} / {1} + {2})", computed, squares, count, scope.Constant(eps, computed));
            var x = scope.At(input, index);
            return weight is null
                ? scope.Call("({0} / {1})", computed, x, root)
                : scope.Call("({0} / {1} * {2})", computed, x, root, scope.At(weight, index.AsSpan()[^axes..]));
        });
    }

    /// <summary>(x − mean) / √(var + ε) · weight + bias of each group of channels. The two numbers of a group are computed once, not for each channel.</summary>
    private static bool GroupNorm(NodeLowering node, long groups)
    {
        var input = node.Tensor("input");
        var (shape, computed) = (input.Type.Shape, CTypes.Computed(input.Type.DType));
        Shape group = [Dim.FloorDiv(shape[1], groups), .. shape.AsSpan()[2..]];
        var type = new TensorType(computed, [shape[0], groups]);
        (Expression Mean, Expression Inverse) Group(ElementScope scope, Dim[] index) => Statistics(scope, node, computed, group.Elements, place =>
        {
            var within = ElementScope.Unravel(group, place);
            return scope.At(input, [index[0], (index[1] * group[0]) + within[0], .. within[1..]]);
        });

        var means = node.Temporary("group_mean", type, (scope, index) => Group(scope, index).Mean, isStored: true);
        var inverses = node.Temporary("group_deviation", type, (scope, index) => Group(scope, index).Inverse, isStored: true);
        for (int result = 1; result < node.Results.Length; result++)
        {
            var statistic = result == 1 ? means : inverses;
            if (node.Node.OutputTypes[result].DType == computed)
                node.Return(result, statistic);
            else
                node.Define(result, (scope, index) => scope.At(statistic, index));
        }

        return node.Define((scope, index) =>
        {
            Dim[] place = [index[0], Dim.FloorDiv(index[1], group[0])];
            return Normalized(scope, node, scope.At(input, index), scope.At(means, place), scope.At(inverses, place), [index[1]]);
        });
    }

    /// <summary>x · scale + (bias − mean · scale), where scale = weight / √(var + ε).</summary>
    private static bool BatchNorm(NodeLowering node)
    {
        var (input, weight, bias) = (node.Tensor("input"), node.OptionalTensor("weight"), node.OptionalTensor("bias"));
        LoweredValue means = node.Tensor("running_mean"), variances = node.Tensor("running_var");
        var computed = CTypes.Computed(input.Type.DType);
        return node.Define((scope, index) =>
        {
            Expression Of(LoweredValue? parameter, double otherwise) => parameter is null ? scope.Constant(otherwise, computed) : scope.At(parameter, index[1]);
            var scale = scope.Call(
                "({0} / sqrt_of({1} + {2}))", computed, Of(weight, 1), Of(variances, 0), scope.Constant(node.Float("eps"), computed));
            var shift = scope.Call("({0} - {1} * {2})", computed, Of(bias, 0), Of(means, 0), scale);
            return scope.Call("({0} * {1} + {2})", computed, scope.At(input, index), scale, shift);
        });
    }

    /// <summary>A result that has no elements.</summary>
    private static bool Empty(NodeLowering node, int result) => node.Define(result, (scope, _) => scope.Constant(0, node.Node.OutputTypes[result].DType));

    /// <summary>exp(x − max) / Σ exp(x − max), or x − max − ln Σ exp(x − max). A row of −∞ alone is not a number, as in PyTorch.</summary>
    private static bool Softmax(NodeLowering node, bool isLogarithm)
    {
        var (self, dtype) = (node.Tensor("self"), node.Result.DType);
        var (shape, computed) = (self.Type.Shape, CTypes.Computed(dtype));
        int axis = node.Axis("dim", shape.Rank);
        var size = shape.Rank == 0 ? 1 : shape[axis];
        Expression Element(ElementScope scope, Dim[] index, Dim place)
        {
            Dim[] places = [.. index];
            if (places.Length > 0)
                places[axis] = place;
            return scope.Cast(scope.At(self, places), self.Type.DType, dtype);
        }

        Expression Largest(ElementScope scope, Dim[] index) => scope.Reduce(Reduction.Maximum, size, place => Element(scope, index, place));
        Expression Sum(ElementScope scope, Dim[] index, Expression largest) => scope.Reduce(Reduction.Sum, size, place =>
            scope.Call("exp_of({0} - {1})", computed, Element(scope, index, place), largest));
        Expression Result(ElementScope scope, Dim[] index, Expression largest, Expression sum) => scope.Call(
            isLogarithm ? "({0} - {1} - log_of({2}))" : "(exp_of({0} - {1}) / {2})", computed,
            Element(scope, index, shape.Rank == 0 ? 0 : index[axis]), largest, sum);

        if (shape.Rank == 0 || Enumerable.Range(axis + 1, shape.Rank - axis - 1).All(inner => shape[inner].Equals(1)))
        {
            return node.Define((scope, index) =>
            {
                var largest = Largest(scope, index);
                return Result(scope, index, largest, Sum(scope, index, largest));
            });
        }

        // The elements of a row do not lie side by side: neighbouring threads compute neighbouring rows, each its two numbers once.
        var kept = new TensorType(computed, shape.With(axis, 1));
        Dim[] Row(Dim[] index)
        {
            Dim[] places = [.. index];
            places[axis] = 0;
            return places;
        }

        var maxima = node.Temporary("softmax_max", kept, Largest, isStored: true);
        var sums = node.Temporary("softmax_sum", kept, (scope, index) => Sum(scope, index, scope.At(maxima, index)), isStored: true);
        return node.Define((scope, index) => Result(scope, index, scope.At(maxima, Row(index)), scope.At(sums, Row(index))));
    }
}
