using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Sums, means, extremes and their like over axes; differences along one.</summary>
internal static class ReductionLowerings
{
    /// <summary>Every running sum is added up anew, so only few elements are.</summary>
    private const long MostRunningElements = 256;

    /// <summary>An n-th difference has n + 1 terms.</summary>
    private const long MostDifferences = 16;

    public static void Register(LoweringTable table)
    {
        table.Add("aten::sum", node => Combine(node, Reduction.Sum));
        table.Add("aten::sum.dim_IntList", node => Combine(node, Reduction.Sum));
        table.Add("aten::prod", node => Combine(node, Reduction.Product));
        table.Add("aten::prod.dim_int", node => Combine(node, Reduction.Product));
        table.Add("aten::mean", Mean);
        table.Add("aten::mean.dim", Mean);
        foreach (string name in (string[])["amax", "max"])
            table.Add($"aten::{name}", node => Combine(node, Reduction.Maximum));
        foreach (string name in (string[])["amin", "min"])
            table.Add($"aten::{name}", node => Combine(node, Reduction.Minimum));
        table.Add("aten::max.dim", node => Combine(node, Reduction.Maximum) && Place(node, 1, Reduction.PlaceOfMaximum));
        table.Add("aten::min.dim", node => Combine(node, Reduction.Minimum) && Place(node, 1, Reduction.PlaceOfMinimum));
        table.Add("aten::argmax", node => Place(node, 0, Reduction.PlaceOfMaximum));
        table.Add("aten::argmin", node => Place(node, 0, Reduction.PlaceOfMinimum));
        foreach (string name in (string[])["any", "any.dim"])
            table.Add($"aten::{name}", node => Truth(node, Reduction.Maximum));
        foreach (string name in (string[])["all", "all.dim"])
            table.Add($"aten::{name}", node => Truth(node, Reduction.Minimum));
        table.Add("aten::var.correction", node => Variance(node, node.Has("correction") ? node.Scalar("correction").ToDouble() : 1));
        table.Add("aten::var.dim", node => Variance(node, node.Bool("unbiased") ? 1 : 0));
        table.Add("aten::cumsum", RunningSum);
        table.Add("aten::diff", Difference);
    }

    /// <summary>The mean of elements and the sum of their squared distances from it, in two passes: Σx² − n·mean² would lose the digits that matter.</summary>
    /// <param name="scope">Makes expressions.</param>
    /// <param name="computed">The type that is computed in.</param>
    /// <param name="count">How many elements there are.</param>
    /// <param name="sum">Adds up a number of each element's value.</param>
    public static (Expression Mean, Expression Squares) Moments(
        ElementScope scope, DType computed, Dim count, Func<Func<Expression, Expression>, Expression> sum)
    {
        var mean = scope.Call("({0} / {1})", computed, sum(x => x), scope.Cast(scope.Size(count), DType.Int64, computed));
        return (mean, sum(x => scope.Call("(({0} - {1}) * ({0} - {1}))", computed, x, mean)));
    }

    /// <summary>The elements, converted to the result's type, combined.</summary>
    private static bool Combine(NodeLowering node, Reduction reduction)
    {
        var (self, axes) = (node.Tensor("self"), ReducedAxes.Of(node));
        return node.Define((scope, index) => axes.Combine(scope, reduction, index, place => Element(scope, self, place, node.Result.DType)));
    }

    private static Expression Element(ElementScope scope, LoweredValue value, Dim[] place, DType dtype) =>
        scope.Cast(scope.At(value, place), value.Type.DType, dtype);

    private static bool Mean(NodeLowering node)
    {
        var (self, axes, dtype) = (node.Tensor("self"), ReducedAxes.Of(node), node.Result.DType);
        return node.Define((scope, index) => scope.Call(
            "({0} / {1})", dtype,
            axes.Combine(scope, Reduction.Sum, index, place => Element(scope, self, place, dtype)),
            scope.Cast(scope.Size(axes.Count), DType.Int64, CTypes.Computed(dtype))));
    }

    private static bool Place(NodeLowering node, int result, Reduction reduction)
    {
        var (self, axes) = (node.Tensor("self"), ReducedAxes.Of(node));
        return node.Define(result, (scope, index) => axes.Combine(scope, reduction, index, place => scope.At(self, place)));
    }

    /// <summary>Of nothing, any is false and all is true, as the least and the greatest of bools are.</summary>
    private static bool Truth(NodeLowering node, Reduction reduction)
    {
        var (self, axes) = (node.Tensor("self"), ReducedAxes.Of(node));
        return node.Define((scope, index) => scope.Cast(
            axes.Combine(scope, reduction, index, place => Element(scope, self, place, DType.Bool)), DType.Bool, node.Result.DType));
    }

    /// <summary>Σ (x − mean)² / max(0, n − correction).</summary>
    private static bool Variance(NodeLowering node, double correction)
    {
        var (self, axes, computed) = (node.Tensor("self"), ReducedAxes.Of(node), CTypes.Computed(node.Result.DType));
        return node.Define((scope, index) =>
        {
            var (_, squares) = Moments(scope, computed, axes.Count, term =>
                axes.Combine(scope, Reduction.Sum, index, place => term(scope.At(self, place))));
            var count = scope.Cast(scope.Size(axes.Count), DType.Int64, computed);
            return scope.Call("({0} / maximum({1} - {2}, {3}))", computed, squares, count, scope.Constant(correction, computed), scope.Constant(0.0, computed));
        });
    }

    /// <summary>The sum of the elements up to each; of float32 in float64, as the reference adds them.</summary>
    private static bool RunningSum(NodeLowering node)
    {
        var (self, dtype) = (node.Tensor("self"), node.Result.DType);
        if (self.Type.Rank == 0)
            return node.Define((scope, index) => Element(scope, self, index, dtype));
        int axis = node.Axis("dim", self.Type.Rank);
        var size = self.Type.Shape[axis];
        if (size.Range.Max > MostRunningElements)
            return node.Decline($"running sums of more than {MostRunningElements} elements need a scan");
        var wide = dtype == DType.Float32 ? DType.Float64 : CTypes.Computed(dtype);
        return node.Define((scope, index) =>
        {
            var sum = scope.Reduce(Reduction.Sum, size, other =>
            {
                Dim[] place = [.. index];
                place[axis] = other;
                var element = scope.Cast(Element(scope, self, place, dtype), CTypes.Computed(dtype), wide);
                return scope.Call("({0} <= {1} ? {2} : {3})", wide, scope.Size(other), scope.Size(index[axis]), element, scope.Constant(0, wide));
            });
            return scope.Cast(sum, wide, CTypes.Computed(dtype));
        });
    }

    private static bool Difference(NodeLowering node)
    {
        long order = node.Int("n");
        if (order > MostDifferences)
            return node.Decline($"differences of an order above {MostDifferences} have too many terms for one kernel");
        var self = node.Tensor("self");
        int axis = node.Axis("dim", self.Type.Rank);
        var result = node.Result;
        LoweredValue[] parts = [.. new[] { node.OptionalTensor("prepend"), self, node.OptionalTensor("append") }.OfType<LoweredValue>()];
        if (parts.Any(part => part.Type.Rank != self.Type.Rank))
            return node.Decline("a vector without elements beside a tensor of another rank");
        Dim length = 0;
        foreach (var part in parts)
            length += part.Type.Shape[axis];

        // Each difference is defined by the one before; equal elements of that are computed once.
        Definition element = (scope, index) => Joined(scope, parts, index, axis, result.DType);
        for (long step = 1; step <= order; step++)
        {
            var type = new TensorType(result.DType, result.Shape.With(axis, Dim.Max(length - (step - 1), 0)));
            var before = node.Temporary("diff", type, element);
            element = (scope, index) =>
            {
                Dim[] next = [.. index];
                next[axis] += 1;
                return scope.Call(result.DType == DType.Bool ? "({0} != {1})" : "({0} - {1})", result.DType, scope.At(before, next), scope.At(before, index));
            };
        }

        return node.Define(element);
    }

    /// <summary>An element of tensors one after the other along an axis.</summary>
    private static Expression Joined(ElementScope scope, ReadOnlySpan<LoweredValue> parts, Dim[] index, int axis, DType dtype)
    {
        var first = parts[0];
        var element = Element(scope, first, index, dtype);
        if (parts.Length == 1)
            return element;
        Dim[] behind = [.. index];
        behind[axis] -= first.Type.Shape[axis];
        var isFirst = scope.Call("({0} < {1})", DType.Bool, scope.Size(index[axis]), scope.Size(first.Type.Shape[axis]));
        return scope.Select(isFirst, element, Joined(scope, parts[1..], behind, axis, dtype));
    }
}
