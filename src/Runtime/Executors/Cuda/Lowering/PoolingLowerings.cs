using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Averages and maxima over windows of planes.</summary>
internal static class PoolingLowerings
{
    private const int Dimensions = 2;

    public static void Register(LoweringTable table)
    {
        table.Add("aten::avg_pool2d", Average);
        table.Add("aten::adaptive_avg_pool2d", AdaptiveAverage);
        table.Add("aten::_adaptive_avg_pool2d", AdaptiveAverage);
        table.Add("aten::max_pool2d", node => Maximum(node));
        table.Add("aten::max_pool2d_with_indices", node => Maximum(node) && MaximumPlace(node));
    }

    /// <summary>
    /// The sum under each window by what the window has: all its elements and padding, those of the input only, or a given number. What reaches
    /// beyond the padding never counts.
    /// </summary>
    private static bool Average(NodeLowering node)
    {
        var windows = Windows(node, hasDilation: false);
        LoweredValue self = node.Tensor("self");
        var computed = CTypes.Computed(self.Type.DType);
        return node.Define((scope, index) =>
        {
            int spatial = index.Length - Dimensions;
            var input = new InputWindow(scope, self, Dimensions, ReachesBeyond(node));
            var zero = scope.Constant(0.0, computed);
            var sum = scope.Reduce(Reduction.Sum, windows[0].Taps, row => scope.Reduce(Reduction.Sum, windows[1].Taps, column =>
                input.At(index[..spatial], [windows[0].Place(index[^2], row), windows[1].Place(index[^1], column)], zero)));
            Dim inside = 1, padded = 1;
            for (int i = 0; i < Dimensions; i++)
            {
                inside *= windows[i].Inside(index[spatial + i]);
                padded *= windows[i].Padded(index[spatial + i]);
            }

            var divisor = node.Has("divisor_override") ? node.Int("divisor_override") : node.Bool("count_include_pad") ? padded : inside;
            return scope.Call(
                "({1} > 0 ? {0} / {2} : 0)", computed, sum, scope.Size(inside), scope.Cast(scope.Size(divisor), DType.Int64, computed));
        });
    }

    /// <summary>Of n parts of a size, part i covers the elements from ⌊i · size / n⌋ up to ⌈(i + 1) · size / n⌉.</summary>
    private static bool AdaptiveAverage(NodeLowering node)
    {
        var self = node.Tensor("self");
        var (shape, result, computed) = (self.Type.Shape, node.Result.Shape, CTypes.Computed(self.Type.DType));
        if (result[^2].Equals(1) && result[^1].Equals(1))
        {
            // The average of whole planes, whose elements lie side by side.
            var plane = new ReducedAxes(shape, [shape.Rank - 2, shape.Rank - 1], keepsAxes: true);
            return node.Define((scope, index) => scope.Call(
                "({0} / {1})", computed,
                plane.Combine(scope, Reduction.Sum, index, place => scope.At(self, place)), scope.Cast(scope.Size(plane.Count), DType.Int64, computed)));
        }

        return node.Define((scope, index) =>
        {
            var first = new Dim[Dimensions];
            var length = new Dim[Dimensions];
            for (int i = 0; i < Dimensions; i++)
            {
                var (place, size, parts) = (index[index.Length - Dimensions + i], shape[shape.Rank - Dimensions + i], Dim.Max(result[result.Rank - Dimensions + i], 1));
                first[i] = Dim.FloorDiv(place * size, parts);
                length[i] = Dim.CeilDiv((place + 1) * size, parts) - first[i];
            }

            var sum = scope.Reduce(Reduction.Sum, length[0], row => scope.Reduce(Reduction.Sum, length[1], column =>
                scope.At(self, [.. index[..^2], first[0] + row, first[1] + column])));
            return scope.Call("({0} / {1})", computed, sum, scope.Cast(scope.Size(length[0] * length[1]), DType.Int64, computed));
        });
    }

    /// <summary>The greatest element under each window; NaN is. A window that is all padding gives the lowest number.</summary>
    private static bool Maximum(NodeLowering node)
    {
        var windows = Windows(node, hasDilation: true);
        return node.Define((scope, index) => Greatest(scope, node, windows, index));
    }

    /// <summary>
    /// Where in its plane the maximum is: the first of several, but the last NaN where there is one, as in PyTorch. A window that is all padding
    /// gives the first place behind the plane.
    /// </summary>
    private static bool MaximumPlace(NodeLowering node)
    {
        var (windows, self) = (Windows(node, hasDilation: true), node.Tensor("self"));
        var shape = self.Type.Shape;
        return node.Define(1, (scope, index) =>
        {
            var greatest = Greatest(scope, node, windows, index);
            var input = new InputWindow(scope, self, Dimensions, ReachesBeyond(node));

            // The extreme of the places in the plane of those elements that a condition on them and the maximum holds for.
            Expression Extreme(Reduction reduction, string condition, Expression none) => Over(scope, reduction, windows, index, places =>
            {
                var place = scope.Size((places[0] * shape[^1]) + places[1]);
                var found = scope.Call($"({condition} ? {{2}} : {{3}})", DType.Int64, scope.At(self, [.. index[..^2], .. places]), greatest, place, none);
                return input.IsInside(places) is { } isInside ? scope.Select(isInside, found, none) : found;
            });

            var first = Extreme(Reduction.Minimum, "{0} == {1}", scope.Size(shape[^2] * shape[^1]));
            if (!self.Type.DType.IsFloating())
                return first;
            var lastNaN = Extreme(Reduction.Maximum, "{0} != {0}", scope.Constant(-1, DType.Int64));
            return scope.Call("({0} >= 0 ? {0} : {1})", DType.Int64, lastNaN, first);
        });
    }

    /// <summary>Whether windows hold more than elements of the input.</summary>
    private static bool ReachesBeyond(NodeLowering node) => node.Bool("ceil_mode") || node.Ints("padding").Any(zeros => zeros != 0);

    private static Expression Greatest(ElementScope scope, NodeLowering node, PoolingWindow[] windows, Dim[] index)
    {
        var self = node.Tensor("self");
        var input = new InputWindow(scope, self, Dimensions, ReachesBeyond(node));
        var lowest = scope.Constant(Lowest(self.Type.DType), self.Type.DType);
        return Over(scope, Reduction.Maximum, windows, index, places => input.At(index[..^2], places, lowest));
    }

    /// <summary>Combines a number of places in the plane over a window.</summary>
    private static Expression Over(ElementScope scope, Reduction reduction, PoolingWindow[] windows, Dim[] index, Func<Dim[], Expression> body) =>
        scope.Reduce(reduction, windows[0].Taps, row => scope.Reduce(reduction, windows[1].Taps, column =>
            body([windows[0].Place(index[^2], row), windows[1].Place(index[^1], column)])));

    private static Scalar Lowest(DType dtype) => dtype switch
    {
        DType.Int8 => sbyte.MinValue,
        DType.UInt8 => byte.MinValue,
        DType.Int32 => int.MinValue,
        DType.Int64 => long.MinValue,
        _ => double.NegativeInfinity,
    };

    private static PoolingWindow[] Windows(NodeLowering node, bool hasDilation)
    {
        var shape = node.Tensor("self").Type.Shape;
        long[] kernel = node.Ints("kernel_size"), strides = node.Ints("stride"), padding = node.Ints("padding");
        long[] dilations = hasDilation ? node.Ints("dilation") : [1];
        return [.. Enumerable.Range(0, Dimensions).Select(i => new PoolingWindow(
            shape[shape.Rank - Dimensions + i], At(kernel, i), At(strides.Length == 0 ? kernel : strides, i), At(padding, i), At(dilations, i)))];
    }

    private static long At(long[] values, int dimension) => values[values.Length == 1 ? 0 : dimension];

    /// <summary>A window along one axis.</summary>
    private sealed record PoolingWindow(Dim Size, long Taps, long Stride, long Padding, long Dilation)
    {
        /// <summary>The place in the input under a tap of the window at a place of the result; it may be outside.</summary>
        public Dim Place(Dim place, Dim tap) => (place * Stride) - Padding + (tap * Dilation);

        /// <summary>How many elements of the input a window without dilation covers.</summary>
        public Dim Inside(Dim place) => Dim.Max(Dim.Min(Place(place, Taps), Size) - Dim.Max(Place(place, 0), 0), 0);

        /// <summary>How many elements of the input and its padding a window without dilation covers.</summary>
        public Dim Padded(Dim place) => Dim.Min(Place(place, Taps), Size + Padding) - Place(place, 0);
    }
}
