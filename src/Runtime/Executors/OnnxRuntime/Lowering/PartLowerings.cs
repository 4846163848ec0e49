using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Parts of tensors, and tensors put together.</summary>
internal static class PartLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::slice.Tensor", Slice);
        table.Add("aten::narrow", Narrow);
        table.Add("aten::select.int", Select);
        foreach (string name in (string[])["split.Tensor", "split.sizes", "split_with_sizes", "chunk"])
            table.Add($"aten::{name}", Split);
        table.Add("aten::unbind.int", Unbind);
        table.Add("aten::cat", Cat);
        table.Add("aten::stack", Stack);
        table.Add("aten::flip", Flip);
        table.Add("aten::roll", Roll);
        table.Add("aten::select_scatter", SelectScatter);
        table.Add("aten::slice_scatter", SliceScatter);
    }

    /// <summary>Elements from start to end along an axis; negative ends count from the back, as in Python.</summary>
    public static string Slice(this NodeLowering node, string value, int axis, Dim start, Dim end, long step = 1) => step == 1
        ? node.Emit("Slice", [value, node.SizeList([start]), node.SizeList([end]), node.Integers(axis)])
        : node.Emit("Slice", [value, node.SizeList([start]), node.SizeList([end]), node.Integers(axis), node.Integers(step)]);

    /// <summary>Values one after the other along an axis.</summary>
    public static string Concat(this NodeLowering node, int axis, params ReadOnlySpan<string> values) =>
        values.Length == 1 ? values[0] : node.Emit("Concat", values, Attributes.Int("axis", axis));

    private static bool Slice(NodeLowering node)
    {
        var self = node.Type("self");
        if (!node.Dim("step").TryGetConstant(out long step))
            return node.Decline("a symbolic step");
        if (node.Result.Shape == self.Shape && step == 1)
            return node.Return(node.Input("self"));
        Dim start = node.Has("start") ? node.Dim("start") : 0, end = node.Has("end") ? node.Dim("end") : long.MaxValue;
        return node.Return(node.Slice(node.Input("self"), node.Axis("dim", self.Rank), start, end, step));
    }

    private static bool Narrow(NodeLowering node)
    {
        var self = node.Type("self");
        int axis = node.Axis("dim", self.Rank);
        Dim start = node.Dim("start");
        if (start.Range.Max < 0)
            start += self.Shape[axis];
        return node.Return(node.Slice(node.Input("self"), axis, start, start + node.Dim("length")));
    }

    private static bool Select(NodeLowering node)
    {
        int axis = node.Axis("dim", node.Type("self").Rank);
        return node.Return(node.Emit("Gather", [node.Input("self"), node.ScalarSize(node.Dim("index"))], Attributes.Int("axis", axis)));
    }

    private static bool Split(NodeLowering node)
    {
        int axis = node.Axis("dim", node.Type("self").Rank);
        Dim[] sizes = [.. node.Node.OutputTypes.Select(type => type.Shape[axis])];
        return sizes.Length == 1 ? node.Return(node.Input("self")) : node.Return(Split(node, axis, sizes));
    }

    private static string[] Split(NodeLowering node, int axis, ReadOnlySpan<Dim> sizes) =>
        node.EmitMany("Split", "", sizes.Length, [node.Input("self"), node.SizeList(sizes)], Attributes.Int("axis", axis));

    private static bool Unbind(NodeLowering node)
    {
        int axis = node.Axis("dim", node.Type("self").Rank), count = node.Node.OutputTypes.Length;
        if (count == 0)
            return node.Decline("no results");
        string[] parts = count == 1 ? [node.Input("self")] : Split(node, axis, [.. Enumerable.Repeat((Dim)1, count)]);
        return node.Return([.. parts.Select(part => node.Emit("Squeeze", [part, node.Integers(axis)]))]);
    }

    private static bool Cat(NodeLowering node)
    {
        string?[] inputs = node.Inputs("tensors");
        var types = node.Types("tensors");
        var dtype = node.Result.DType;

        // A tensor of sizes [0] may stand among tensors of any rank.
        int[] counted = [.. Enumerable.Range(0, inputs.Length).Where(i => !(types[i]!.Rank == 1 && types[i]!.Shape[0].Equals(0)))];
        if (counted.Length == 0)
            counted = [0];
        int axis = node.Axis("dim", node.Result.Rank);
        return node.Return(node.Concat(axis, [.. counted.Select(i => node.Convert(inputs[i]!, types[i]!.DType, dtype))]));
    }

    private static bool Stack(NodeLowering node)
    {
        string?[] inputs = node.Inputs("tensors");
        var types = node.Types("tensors");
        int axis = node.Axis("dim", node.Result.Rank);
        return node.Return(node.Concat(axis, [.. inputs.Select((input, i) => node.Unsqueeze(node.Convert(input!, types[i]!.DType, node.Result.DType), axis))]));
    }

    /// <summary>A slice with a step of −1 along each axis, from the last element to before the first.</summary>
    private static bool Flip(NodeLowering node)
    {
        int rank = node.Type("self").Rank;
        long[] axes = [.. node.Ints("dims").Where(_ => rank > 0)];
        if (axes.Length == 0)
            return node.Return(node.Input("self"));
        string All(long number) => node.Integers([.. Enumerable.Repeat(number, axes.Length)]);
        return node.Return(node.Emit("Slice", [node.Input("self"), All(-1), All(long.MinValue), node.Integers(axes), All(-1)]));
    }

    /// <summary>The last k elements, then the others, where k is the shift modulo the size.</summary>
    private static bool Roll(NodeLowering node)
    {
        var shape = node.Result.Shape;
        var shifts = node.Dims("shifts");
        long[] dims = node.Ints("dims");
        Shape rolled = dims.Length == 0 ? [shape.Elements] : shape;
        if (rolled.Any(size => size.Range.Min < 1))
            return node.Decline("a shift of no elements");
        string value = node.Reshape(node.Input("self"), shape, rolled);
        for (int i = 0; i < shifts.Length; i++)
        {
            int axis = dims.Length == 0 ? 0 : (int)(dims[i] < 0 ? dims[i] + shape.Rank : dims[i]);
            Dim begin = rolled[axis] - (shifts[i] % rolled[axis]);
            value = node.Concat(axis, node.Slice(value, axis, begin, long.MaxValue), node.Slice(value, axis, 0, begin));
        }

        return node.Return(node.Reshape(value, rolled, shape));
    }

    private static bool SelectScatter(NodeLowering node)
    {
        var self = node.Type("self");
        int axis = node.Axis("dim", self.Rank);
        Dim index = node.Dim("index");
        if (index.Range.Max < 0)
            index += self.Shape[axis];
        else if (index.Range.Min < 0)
            return node.Decline("an index of unknown sign");
        string part = node.Unsqueeze(node.Rounded("src", self.DType, self.DType), axis);
        return node.Return(Between(node, axis, index, part, index + 1));
    }

    private static bool SliceScatter(NodeLowering node)
    {
        var self = node.Type("self");
        int axis = node.Axis("dim", self.Rank);
        Dim start = node.Has("start") ? node.Dim("start") : 0;
        if (!node.Dim("step").Equals(1))
            return node.Decline("places that are no neighbours");
        if (start.Range.Max < 0)
            start = Dim.Max(0, start + self.Shape[axis]);
        else if (start.Range.Min < 0)
            return node.Decline("a start of unknown sign");
        start = Dim.Min(start, self.Shape[axis]);
        return node.Return(Between(node, axis, start, node.Rounded("src", self.DType, self.DType), start + node.Type("src").Shape[axis]));
    }

    /// <summary>A part in the place of what is there from start to end.</summary>
    private static string Between(NodeLowering node, int axis, Dim start, string part, Dim end)
    {
        string self = node.Input("self");
        List<string> parts = [part];
        if (!start.Equals(0))
            parts.Insert(0, node.Slice(self, axis, 0, start));
        if (!end.Equals(node.Result.Shape[axis]))
            parts.Add(node.Slice(self, axis, end, long.MaxValue));
        return node.Concat(axis, [.. parts]);
    }
}
