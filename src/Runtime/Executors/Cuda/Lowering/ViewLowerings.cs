using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>The same elements under other sizes, in another order, or repeated. Parts of tensors are <see cref="PartLowerings"/>.</summary>
internal static class ViewLowerings
{
    public static void Register(LoweringTable table)
    {
        foreach (string name in (string[])["view", "reshape", "_unsafe_view", "view_as", "reshape_as", "flatten.using_ints", "unflatten.int", "squeeze", "squeeze.dim", "squeeze.dims", "unsqueeze"])
            table.Add($"aten::{name}", Reshape);
        table.Add("aten::transpose.int", node => Permute(node, Swapped(Rank(node), node.Int("dim0"), node.Int("dim1"))));
        table.Add("aten::t", node => Permute(node, Swapped(Rank(node), 0, -1)));
        table.Add("aten::permute", node => Permute(node, Axes(node.Ints("dims"), Rank(node))));
        table.Add("aten::movedim.int", node => Permute(node, Moved([node.Int("source")], [node.Int("destination")], Rank(node))));
        table.Add("aten::movedim.intlist", node => Permute(node, Moved(node.Ints("source"), node.Ints("destination"), Rank(node))));
        table.Add("aten::expand", Expand);
        table.Add("aten::expand_as", Expand);
        table.Add("aten::repeat", Repeat);
        table.Add("aten::repeat_interleave.self_int", RepeatInterleave);
        table.Add("aten::flip", Flip);
        table.Add("aten::roll", Roll);
        table.Add("aten::tril", node => Triangle(node, "({0} - {1} <= {2})"));
        table.Add("aten::triu", node => Triangle(node, "({0} - {1} >= {2})"));
    }

    /// <summary>Where a tensor has the element that stands at a place of what it is broadcast to.</summary>
    public static Dim[] Repeated(Shape shape, ReadOnlySpan<Dim> index)
    {
        var places = new Dim[shape.Rank];
        for (int axis = 0; axis < places.Length; axis++)
            places[axis] = shape[axis].Equals(1) ? 0 : index[index.Length - places.Length + axis];
        return places;
    }

    /// <summary>Axes counted from the front.</summary>
    private static int[] Axes(long[] axes, int rank) => [.. axes.Select(axis => NodeLowering.Axis(axis, rank))];

    private static int Rank(NodeLowering node) => node.Tensor("self").Type.Rank;

    private static bool Reshape(NodeLowering node)
    {
        var self = node.Tensor("self");
        return node.View(self, index => Reshaping.Places(self.Type.Shape, node.Result.Shape, index));
    }

    /// <summary>Axis i of the result is axis order[i] of the operand.</summary>
    private static bool Permute(NodeLowering node, int[] order) => node.View(node.Tensor("self"), index =>
    {
        var places = new Dim[index.Length];
        for (int i = 0; i < places.Length; i++)
            places[order[i]] = index[i];
        return places;
    });

    private static int[] Swapped(int rank, long first, long second)
    {
        int[] order = [.. Enumerable.Range(0, rank)];
        if (rank < 2)
            return order;
        int[] axes = Axes([first, second], rank);
        (order[axes[0]], order[axes[1]]) = (order[axes[1]], order[axes[0]]);
        return order;
    }

    /// <summary>The order in which the axes named go to their places and the others fill the rest.</summary>
    private static int[] Moved(long[] source, long[] destination, int rank)
    {
        int[] from = Axes(source, rank), to = Axes(destination, rank);
        var order = new List<int>(Enumerable.Range(0, rank).Except(from));
        foreach (int i in Enumerable.Range(0, rank == 0 ? 0 : from.Length).OrderBy(i => to[i]))
            order.Insert(to[i], from[i]);
        return [.. order];
    }

    private static bool Expand(NodeLowering node)
    {
        var self = node.Tensor("self");
        return node.View(self, index => Repeated(self.Type.Shape, index));
    }

    private static bool Repeat(NodeLowering node)
    {
        var self = node.Tensor("self");
        return node.View(self, index => [.. self.Type.Shape.Select((size, axis) => Wrapped(index[index.Length - self.Type.Rank + axis], size))]);
    }

    /// <summary>Element i along an axis is element ⌊i / k⌋ of the operand's, which is flattened where no axis is named.</summary>
    private static bool RepeatInterleave(NodeLowering node)
    {
        var self = node.Tensor("self");
        Dim repeats = node.Dim("repeats");
        bool isFlat = !node.Has("dim") || self.Type.Rank == 0;
        int axis = node.Has("dim") ? node.Axis("dim", self.Type.Rank) : 0;
        return node.View(self, index =>
        {
            var places = index.ToArray();
            places[axis] = index[axis].Equals(0) || repeats.Equals(0) ? 0 : Dim.FloorDiv(index[axis], repeats);
            return isFlat ? ElementScope.Unravel(self.Type.Shape, places[0]) : places;
        });
    }

    private static bool Flip(NodeLowering node)
    {
        var shape = node.Result.Shape;
        int[] axes = shape.Rank == 0 ? [] : Axes(node.Ints("dims"), shape.Rank);
        return node.View(node.Tensor("self"), index => [.. index.Select((place, axis) => axes.Contains(axis) ? shape[axis] - 1 - place : place)]);
    }

    /// <summary>Element i along an axis is element (i − shift) mod n of the operand's, which is rolled as if flat where no axis is named.</summary>
    private static bool Roll(NodeLowering node)
    {
        var shape = node.Result.Shape;
        Dim[] shifts = [.. node.Dims("shifts")];
        int[] axes = Axes(node.Ints("dims"), shape.Rank);
        if (shape.Elements.Equals(0))
            return node.View(node.Tensor("self"), index => index);
        if (axes.Length == 0)
        {
            return node.View(node.Tensor("self"), index => ElementScope.Unravel(
                shape, Wrapped(ElementScope.Ravel(shape, index) - Wrapped(shifts[0], shape.Elements), shape.Elements)));
        }

        return node.View(node.Tensor("self"), index =>
        {
            var places = index.ToArray();
            for (int i = 0; i < axes.Length; i++)
                places[axes[i]] = Wrapped(places[axes[i]] - Wrapped(shifts[i], shape[axes[i]]), shape[axes[i]]);
            return places;
        });
    }

    /// <summary>A place modulo a size. Where the size is 0 there are no places, and where the place is 0 a size that may be 0 must not divide it.</summary>
    private static Dim Wrapped(Dim place, Dim size) => place.Equals(0) || size.Equals(0) || size.Equals(1) ? 0 : Dim.Mod(place, size);

    /// <summary>Zero but where column − row compares so with the diagonal.</summary>
    private static bool Triangle(NodeLowering node, string keeps) => node.Define((scope, index) =>
    {
        var dtype = node.Result.DType;
        var isKept = scope.Call(keeps, DType.Bool, scope.Size(index[^1]), scope.Size(index[^2]), scope.Size(node.Dim("diagonal")));
        return scope.Call("({0} ? {1} : {2})", dtype, isKept, scope.At(node.Tensor("self"), index), scope.Constant(0, dtype));
    });
}
