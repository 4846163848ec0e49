using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Sums, means, extremes and their like over axes.</summary>
internal static class ReductionLowerings
{
    private static readonly DTypeSet Sums = DTypeSet.Of(DType.Float32, DType.Float64, DType.Int32, DType.Int64);
    private static readonly DTypeSet Extremes = DTypeSet.Of(DType.Float32, DType.Float64, DType.Int8, DType.UInt8, DType.Int32, DType.Int64);

    public static void Register(LoweringTable table)
    {
        table.Add("aten::sum", Sum);
        table.Add("aten::sum.dim_IntList", Sum);
        table.Add("aten::prod", Product);
        table.Add("aten::prod.dim_int", Product);
        table.Add("aten::mean", Mean);
        table.Add("aten::mean.dim", Mean);
        foreach (string name in (string[])["amax", "max"])
            table.Add($"aten::{name}", node => Extreme(node, "Max"));
        foreach (string name in (string[])["amin", "min"])
            table.Add($"aten::{name}", node => Extreme(node, "Min"));
        foreach (string name in (string[])["any", "any.dim"])
            table.Add($"aten::{name}", node => Truth(node, all: false));
        foreach (string name in (string[])["all", "all.dim"])
            table.Add($"aten::{name}", node => Truth(node, all: true));
        table.Add("aten::argmax", node => Place(node, "ArgMax"));
        table.Add("aten::argmin", node => Place(node, "ArgMin"));
        table.Add("aten::max.dim", node => ExtremeAndPlace(node, "Max"));
        table.Add("aten::min.dim", node => ExtremeAndPlace(node, "Min"));
        table.Add("aten::cumsum", CumulativeSum);
        table.Add("aten::var.correction", Variance);
        table.Add("aten::var.dim", Variance);
    }

    /// <summary>The axes that a node reduces; all where it names none.</summary>
    private static int[] Axes(NodeLowering node)
    {
        int rank = node.Type("self").Rank;
        bool named = node.Node.Operator.Schema.Arguments.Any(argument => argument.Name == "dim") && node.Has("dim");
        long[] dims = !named ? [] : node.Node.Arguments[1] is DimArgument ? [node.Int("dim")] : node.Ints("dim");
        return dims.Length == 0 || rank == 0 ? [.. Enumerable.Range(0, rank)] : [.. dims.Select(dim => (int)(dim < 0 ? dim + rank : dim)).Order()];
    }

    private static bool KeepsDims(NodeLowering node) => node.Node.Operator.Schema.Arguments.Any(argument => argument.Name == "keepdim") && node.Bool("keepdim");

    /// <summary>A reduction of ONNX; none of a tensor without axes.</summary>
    private static string Reduce(NodeLowering node, string operatorName, string value, int[] axes, bool keepDims) => axes.Length == 0
        ? value
        : node.Emit(operatorName, [value, node.Integers([.. axes.Select(axis => (long)axis)])], Attributes.Int("keepdims", keepDims));

    /// <summary>
    /// ONNX Runtime adds up int64 in float64. Of bools and smaller integers that is exact, if there are not millions of large ones.
    /// </summary>
    private static bool Sum(NodeLowering node)
    {
        var dtype = node.Result.DType;
        if (!dtype.IsFloating() && node.Type("self").DType == DType.Int64)
            return node.Decline("int64 is summed in float64");
        var computed = dtype.ComputedIn(Sums)!.Value;
        string value = Reduce(node, "ReduceSum", node.Rounded("self", dtype, computed), Axes(node), KeepsDims(node));
        return node.Return(node.Convert(value, computed, dtype));
    }

    private static bool Product(NodeLowering node)
    {
        var dtype = node.Result.DType;
        if (dtype.ComputedIn(KernelTypes.SingleFunctions) is not { } computed)
            return node.Decline($"no exact product of {dtype.Name()}");
        string value = Reduce(node, "ReduceProd", node.Rounded("self", dtype, computed), Axes(node), KeepsDims(node));
        return node.Return(node.Convert(value, computed, dtype));
    }

    private static bool Mean(NodeLowering node)
    {
        var dtype = node.Result.DType;
        var computed = dtype.ComputedIn(KernelTypes.Functions)!.Value;
        string value = node.Mean(node.Rounded("self", dtype, computed), node.Type("self").Shape, Axes(node), KeepsDims(node), computed);
        return node.Return(node.Convert(value, computed, dtype));
    }

    /// <summary>The mean over axes. ReduceMean fails where there is nothing, whether to take the mean of or to keep; 0 / 0 is the mean of nothing.</summary>
    public static string Mean(this NodeLowering node, string value, Shape shape, int[] axes, bool keepDims, DType computed) =>
        shape.All(size => size.Range.Min >= 1)
            ? Reduce(node, "ReduceMean", value, axes, keepDims)
            : node.Emit("Div", [Reduce(node, "ReduceSum", value, axes, keepDims), Count(node, shape, axes, computed)]);

    private static string Count(NodeLowering node, Shape shape, int[] axes, DType dtype) =>
        node.NumberOf(axes.Aggregate((Dim)1, (product, axis) => product * shape[axis]), DType.Int64, dtype);

    /// <summary>
    /// Of nothing there is none: the fake has required that there is something. Among floating-point numbers ONNX Runtime passes over NaN,
    /// in some places.
    /// </summary>
    private static bool Extreme(NodeLowering node, string name)
    {
        var dtype = node.Result.DType;
        if (dtype.IsFloating())
            return node.Decline("a NaN among others");
        var kernels = dtype.ComputedIn(Extremes)!.Value;
        string value = Reduce(node, $"Reduce{name}", node.Rounded("self", dtype, kernels), Axes(node), KeepsDims(node));
        return node.Return(node.Convert(value, kernels, dtype));
    }

    /// <summary>Whether one is true: the trues, counted, are not none; whether all are: the falses are none. So nothing has the right answer.</summary>
    private static bool Truth(NodeLowering node, bool all)
    {
        string truths = node.Rounded("self", DType.Bool, DType.Bool);
        string counted = node.Cast(all ? node.Emit("Not", [truths]) : truths, DType.Bool, DType.Int64);
        string none = node.Emit("Equal", [Reduce(node, "ReduceSum", counted, Axes(node), KeepsDims(node)), node.Number(DType.Int64, 0)]);
        return node.Return(node.Cast(all ? none : node.Emit("Not", [none]), DType.Bool, node.Result.DType));
    }

    private static bool Place(NodeLowering node, string operatorName)
    {
        var self = node.Type("self");
        if (Refused(node) is { } reason)
            return node.Decline(reason);
        string value = node.Rounded("self", self.DType, self.DType.ComputedIn(Extremes)!.Value);
        if (self.Rank == 0)
            return node.Return(node.Number(DType.Int64, 0));
        if (node.Has("dim"))
            return node.Return(Place(node, operatorName, value, node.Axis("dim", self.Rank), node.Bool("keepdim")));
        string flat = Place(node, operatorName, node.Reshape(value, self.Shape, [self.Shape.Elements]), 0, keepDims: false);
        return node.Return(node.Reshape(flat, Shape.Scalar, node.Result.Shape));
    }

    private static string Place(NodeLowering node, string operatorName, string value, int axis, bool keepDims) =>
        node.Emit(operatorName, [value], Attributes.Int("axis", axis), Attributes.Int("keepdims", keepDims));

    private static bool ExtremeAndPlace(NodeLowering node, string name)
    {
        var self = node.Type("self");
        if (Refused(node) is { } reason)
            return node.Decline(reason);
        if (self.Rank == 0)
            return node.Return(node.Input("self"), node.Number(DType.Int64, 0));
        var computed = self.DType.ComputedIn(Extremes)!.Value;
        string value = node.Rounded("self", self.DType, computed);
        int axis = node.Axis("dim", self.Rank);
        string extreme = node.Convert(Reduce(node, $"Reduce{name}", value, [axis], node.Bool("keepdim")), computed, self.DType);
        return node.Return(extreme, Place(node, $"Arg{name}", value, axis, node.Bool("keepdim")));
    }

    /// <summary>ONNX Runtime passes over NaN where it looks for places; PyTorch takes it for the greatest and the least.</summary>
    private static string? Refused(NodeLowering node) =>
        node.Type("self").DType.IsFloating() ? "the place of a NaN" : null;

    private static bool CumulativeSum(NodeLowering node)
    {
        var dtype = node.Result.DType;
        var computed = dtype.ComputedIn(Sums)!.Value;
        int rank = node.Result.Rank;
        string value = node.Rounded("self", dtype, computed);
        if (rank > 0)
            value = node.Emit("CumSum", [value, node.Number(DType.Int64, node.Axis("dim", rank))]);
        return node.Return(node.Convert(value, computed, dtype));
    }

    /// <summary>Σ(x − mean)² / max(0, n − correction).</summary>
    private static bool Variance(NodeLowering node)
    {
        var dtype = node.Result.DType;
        var computed = dtype.ComputedIn(KernelTypes.Functions)!.Value;
        int[] axes = Axes(node);
        double correction = node.Node.Operator.Schema.Overload == "dim" ? node.Bool("unbiased") ? 1 : 0 : node.AsScalar("correction")?.ToDouble() ?? 1;
        string value = node.Rounded("self", dtype, computed);
        var shape = node.Type("self").Shape;
        string difference = node.Emit("Sub", [value, node.Mean(value, shape, axes, keepDims: true, computed)]);
        string squares = Reduce(node, "ReduceSum", node.Emit("Mul", [difference, difference]), axes, KeepsDims(node));
        string divisor = node.Emit("Sub", [Count(node, shape, axes, computed), node.Number(computed, correction)]);
        divisor = node.Emit("Max", [divisor, node.Number(computed, 0)]);
        return node.Return(node.Convert(node.Emit("Div", [squares, divisor]), computed, dtype));
    }
}
