using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Parts of tensors, tensors of parts, and tensors with other elements in a part.</summary>
internal static class PartLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::slice.Tensor", node => Slice(node, Start(node, Size(node)), node.Dim("step")));
        table.Add("aten::narrow", node => Slice(node, FromFront(node.Dim("start"), Size(node)), 1));
        table.Add("aten::select.int", Select);
        foreach (string name in (string[])["split.Tensor", "split.sizes", "split_with_sizes", "chunk"])
            table.Add($"aten::{name}", Split);
        table.Add("aten::unbind.int", Unbind);
        table.Add("aten::cat", Cat);
        table.Add("aten::stack", Stack);
        table.Add("aten::constant_pad_nd", node => Pad(node, node.Scalar("value")));
        table.Add("aten::pad", node => Pad(node, node.Has("value") ? node.Float("value") : 0.0));
        table.Add("aten::select_scatter", SelectScatter);
        table.Add("aten::slice_scatter", SliceScatter);
    }

    private static int Axis(NodeLowering node) => node.Axis("dim", node.Tensor("self").Type.Rank);

    /// <summary>The size along <c>dim</c>.</summary>
    private static Dim Size(NodeLowering node) => node.Tensor("self").Type.Shape[Axis(node)];

    /// <summary>A place that counts from the end where it is negative.</summary>
    private static Dim FromFront(Dim place, Dim size)
    {
        if (place.Range.Min >= 0)
            return place;

        // max(−1, min(place, 0)) is −1 for a negative place and 0 for others.
        return place.Range.Max < 0 ? place + size : place - (size * Dim.Max(-1, Dim.Min(place, 0)));
    }

    /// <summary>Where a slice begins: within 0 … size.</summary>
    private static Dim Start(NodeLowering node, Dim size)
    {
        Dim start = node.Has("start") ? node.Dim("start") : 0;
        start = start.Range.Min >= 0 ? start : Dim.Max(0, FromFront(start, size));
        return start.Equals(0) ? 0 : Dim.Min(start, size);
    }

    /// <summary>Distances between places; one that is larger than any tensor belongs to a part of one element and is never taken.</summary>
    private static Dim Step(Dim step) => step.TryGetConstant(out long distance) ? Math.Min(distance, int.MaxValue) : step;

    /// <summary>A place with one along another axis put in.</summary>
    private static Dim[] Inserted(ReadOnlySpan<Dim> index, int axis, Dim place) => [.. index[..axis], place, .. index[axis..]];

    private static Dim[] Removed(ReadOnlySpan<Dim> index, int axis) => [.. index[..axis], .. index[(axis + 1)..]];

    private static Dim[] With(ReadOnlySpan<Dim> index, int axis, Dim place)
    {
        var places = index.ToArray();
        places[axis] = place;
        return places;
    }

    private static bool Slice(NodeLowering node, Dim start, Dim step)
    {
        int axis = Axis(node);
        return node.View(node.Tensor("self"), index => With(index, axis, start + (index[axis] * Step(step))));
    }

    private static bool Select(NodeLowering node)
    {
        int axis = Axis(node);
        Dim place = FromFront(node.Dim("index"), Size(node));
        return node.View(node.Tensor("self"), index => Inserted(index, axis, place));
    }

    private static bool Split(NodeLowering node)
    {
        int axis = Axis(node);
        Dim start = 0;
        for (int i = 0; i < node.Results.Length; i++)
        {
            Dim first = start;
            node.View(i, node.Tensor("self"), index => With(index, axis, first + index[axis]));
            start += node.Node.OutputTypes[i].Shape[axis];
        }

        return true;
    }

    private static bool Unbind(NodeLowering node)
    {
        int axis = Axis(node);
        for (int i = 0; i < node.Results.Length; i++)
        {
            Dim place = i;
            node.View(i, node.Tensor("self"), index => Inserted(index, axis, place));
        }

        return true;
    }

    private static bool Cat(NodeLowering node)
    {
        int axis = node.Axis("dim", node.Result.Rank);

        // A tensor of sizes [0] may stand among tensors of any rank.
        LoweredValue[] parts = [.. node.Tensors("tensors").Select(part => part!).Where(part => part.Type.Rank == node.Result.Rank && !part.Type.Shape[axis].Equals(0))];
        if (parts.Length == 0)
            return node.Define((scope, _) => scope.Constant(0, node.Result.DType));
        if (parts.Length == 1 && parts[0].Type.DType == node.Result.DType)
            return node.View(parts[0], index => index);
        return node.Define((scope, index) => Choose(scope, index[axis], 0, parts, part => part.Type.Shape[axis], (part, place) =>
            scope.Cast(scope.At(part, With(index, axis, place)), part.Type.DType, node.Result.DType)));
    }

    private static bool Stack(NodeLowering node)
    {
        int axis = node.Axis("dim", node.Result.Rank);
        LoweredValue[] parts = [.. node.Tensors("tensors").Select(part => part!)];
        return node.Define((scope, index) => Choose(scope, index[axis], 0, parts, _ => 1, (part, _) =>
            scope.Cast(scope.At(part, Removed(index, axis)), part.Type.DType, node.Result.DType)));
    }

    /// <summary>
    /// The element at a place along parts that follow one another from <paramref name="start"/> on. The parts are halved, so that only
    /// log₂ of their number are asked for.
    /// </summary>
    private static Expression Choose(ElementScope scope, Dim place, Dim start, ReadOnlySpan<LoweredValue> parts, Func<LoweredValue, Dim> size, Func<LoweredValue, Dim, Expression> element)
    {
        if (parts.Length == 1)
            return element(parts[0], place - start);
        int half = parts.Length / 2;
        Dim middle = start;
        foreach (var part in parts[..half])
            middle += size(part);
        var proof = (place < middle).Proof;
        if (proof == Truth.True)
            return Choose(scope, place, start, parts[..half], size, element);
        if (proof == Truth.False)
            return Choose(scope, place, middle, parts[half..], size, element);
        return scope.Select(
            Compare(scope, place, "<", middle),
            Choose(scope, place, start, parts[..half], size, element),
            Choose(scope, place, middle, parts[half..], size, element));
    }

    private static Expression Compare(ElementScope scope, Dim left, string sign, Dim right) =>
        scope.Call($"({{0}} {sign} {{1}})", DType.Bool, scope.Size(left), scope.Size(right));

    /// <summary>The number but where the place without the pads in front is one of the operand's; negative pads cut off.</summary>
    private static bool Pad(NodeLowering node, Scalar number)
    {
        var self = node.Tensor("self");
        Dim[] pads = [.. node.Dims("pad")];
        return node.Define((scope, index) =>
        {
            var places = index.ToArray();
            Expression? isInside = null;
            void Require(Expression condition) => isInside = isInside is null ? condition : scope.Call("({0} && {1})", DType.Bool, isInside, condition);
            for (int i = 0; i < pads.Length / 2; i++)
            {
                // The pads begin at the last axis.
                int axis = self.Type.Rank - 1 - i;
                places[axis] -= pads[2 * i];
                if (pads[2 * i].Range.Max > 0)
                    Require(Compare(scope, index[axis], ">=", pads[2 * i]));
                if (pads[(2 * i) + 1].Range.Max > 0)
                    Require(Compare(scope, places[axis], "<", self.Type.Shape[axis]));
            }

            return isInside is null ? scope.At(self, places) : scope.Select(isInside, scope.At(self, places), scope.Rounded(number, node.Result.DType));
        });
    }

    private static bool SelectScatter(NodeLowering node)
    {
        var (self, src) = (node.Tensor("self"), node.Tensor("src"));
        int axis = Axis(node);
        Dim replaced = FromFront(node.Dim("index"), Size(node));
        return node.Define((scope, index) => scope.Select(
            Compare(scope, index[axis], "==", replaced),
            scope.Cast(scope.At(src, Removed(index, axis)), src.Type.DType, self.Type.DType),
            scope.At(self, index)));
    }

    private static bool SliceScatter(NodeLowering node)
    {
        var (self, src) = (node.Tensor("self"), node.Tensor("src"));
        int axis = Axis(node);
        Dim start = Start(node, Size(node)), step = Step(node.Dim("step")), count = src.Type.Shape[axis];
        return node.Define((scope, index) =>
        {
            Dim distance = index[axis] - start, place = Dim.FloorDiv(distance, step);
            string text = step.Equals(1) ? "({0} >= 0 && {0} < {1})" : "({0} >= 0 && {0} % {2} == 0 && {0} / {2} < {1})";
            var isReplaced = scope.Call(text, DType.Bool, scope.Size(distance), scope.Size(count), scope.Size(step));
            return scope.Select(isReplaced, scope.Cast(scope.At(src, With(index, axis, place)), src.Type.DType, self.Type.DType), scope.At(self, index));
        });
    }
}
