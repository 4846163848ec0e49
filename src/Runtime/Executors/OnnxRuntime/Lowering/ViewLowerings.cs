using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>The same elements under other sizes, in another order, or repeated. Parts of tensors are <see cref="PartLowerings"/>.</summary>
internal static class ViewLowerings
{
    public static void Register(LoweringTable table)
    {
        foreach (string name in (string[])["view", "reshape", "_unsafe_view", "view_as", "reshape_as", "flatten.using_ints", "unflatten.int"])
            table.Add($"aten::{name}", Reshape);
        foreach (string name in (string[])["squeeze", "squeeze.dim", "squeeze.dims"])
            table.Add($"aten::{name}", Squeeze);
        table.Add("aten::unsqueeze", node => node.Return(node.Unsqueeze(node.Input("self"), node.Axis("dim", node.Result.Rank))));
        table.Add("aten::transpose.int", node => Permute(node, Swapped(node.Type("self").Rank, node.Int("dim0"), node.Int("dim1"))));
        table.Add("aten::t", node => Permute(node, Swapped(node.Type("self").Rank, 0, -1)));
        table.Add("aten::permute", node => Permute(node, Normalize(node.Ints("dims"), node.Type("self").Rank)));
        table.Add("aten::movedim.int", node => Permute(node, Moved([node.Int("source")], [node.Int("destination")], node.Type("self").Rank)));
        table.Add("aten::movedim.intlist", node => Permute(node, Moved(node.Ints("source"), node.Ints("destination"), node.Type("self").Rank)));
        table.Add("aten::expand", Expand);
        table.Add("aten::expand_as", Expand);
        table.Add("aten::repeat", Repeat);
        table.Add("aten::repeat_interleave.self_int", RepeatInterleave);
        table.Add("aten::tril", node => Triangle(node, upper: false));
        table.Add("aten::triu", node => Triangle(node, upper: true));
    }

    /// <summary>A value with a new axis of size 1.</summary>
    public static string Unsqueeze(this NodeLowering node, string value, params long[] axes) => node.Emit("Unsqueeze", [value, node.Integers(axes)]);

    /// <summary>A value with its axes in another order.</summary>
    public static string Transpose(this NodeLowering node, string value, params ReadOnlySpan<int> order)
    {
        bool moves = false;
        for (int i = 0; i < order.Length; i++)
            moves |= order[i] != i;
        return moves ? node.Emit("Transpose", [value], Attributes.Ints("perm", [.. order.ToArray().Select(axis => (long)axis)])) : value;
    }

    private static bool Reshape(NodeLowering node) => node.Return(node.Reshape(node.Input("self"), node.Type("self").Shape, node.Result.Shape));

    /// <summary>The fake has shown which sizes are 1; those that stay are not.</summary>
    private static bool Squeeze(NodeLowering node)
    {
        var shape = node.Type("self").Shape;
        var named = node.Node.Operator.Schema.Overload switch
        {
            "dim" => Normalize([node.Int("dim")], Math.Max(shape.Rank, 1)),
            "dims" => Normalize(node.Ints("dim"), Math.Max(shape.Rank, 1)),
            _ => [.. Enumerable.Range(0, shape.Rank)],
        };
        long[] removed = [.. named.Where(axis => axis < shape.Rank && shape[axis].Equals(1)).Select(axis => (long)axis)];
        return node.Return(removed.Length == 0 ? node.Input("self") : node.Emit("Squeeze", [node.Input("self"), node.Integers(removed)]));
    }

    private static bool Permute(NodeLowering node, int[] order) => node.Return(node.Transpose(node.Input("self"), order));

    private static int[] Normalize(long[] axes, int rank) => [.. axes.Select(axis => (int)(axis < 0 ? axis + rank : axis))];

    private static int[] Swapped(int rank, long first, long second)
    {
        int[] order = [.. Enumerable.Range(0, rank)];
        if (rank < 2)
            return order;
        int[] axes = Normalize([first, second], rank);
        (order[axes[0]], order[axes[1]]) = (order[axes[1]], order[axes[0]]);
        return order;
    }

    /// <summary>The order in which the axes named go to their places and the others fill the rest.</summary>
    private static int[] Moved(long[] source, long[] destination, int rank)
    {
        int[] from = Normalize(source, Math.Max(rank, 1)), to = Normalize(destination, Math.Max(rank, 1));
        var order = new List<int>(Enumerable.Range(0, rank).Except(from));
        foreach (int i in Enumerable.Range(0, rank == 0 ? 0 : from.Length).OrderBy(i => to[i]))
            order.Insert(to[i], from[i]);
        return [.. order];
    }

    private static bool Expand(NodeLowering node) => node.Return(node.Expand(node.Input("self"), node.Type("self").Shape, node.Result));

    private static bool Repeat(NodeLowering node)
    {
        var (self, repeats) = (node.Type("self"), node.Dims("repeats"));
        var computed = self.DType.ComputedIn(KernelTypes.Repetition)!.Value;
        string value = node.Cast(node.Input("self"), self.DType, computed);
        int lead = repeats.Length - self.Rank;
        if (lead > 0)
            value = node.Unsqueeze(value, [.. Enumerable.Range(0, lead).Select(axis => (long)axis)]);
        if (repeats.Any(count => !count.Equals(1)))
            value = node.Emit("Tile", [value, node.SizeList(repeats.AsSpan())]);
        return node.Return(node.Cast(value, computed, self.DType));
    }

    /// <summary>Each element along an axis so many times: [.., n, ..] is [.., n, 1, ..], expanded to [.., n, k, ..], and [.., n·k, ..].</summary>
    private static bool RepeatInterleave(NodeLowering node)
    {
        var self = node.Type("self");
        Shape shape = self.Shape;
        string value = node.Input("self");
        if (!node.Has("dim") || self.Rank == 0)
        {
            value = node.Reshape(value, shape, [shape.Elements]);
            shape = [shape.Elements];
        }

        int axis = node.Has("dim") ? node.Axis("dim", shape.Rank) : 0;
        Shape column = [.. shape.AsSpan()[..(axis + 1)], 1, .. shape.AsSpan()[(axis + 1)..]];
        Shape repeated = column.With(axis + 1, node.Dim("repeats"));
        value = node.Expand(node.Unsqueeze(value, axis + 1), column, new(self.DType, repeated));
        return node.Return(node.Reshape(value, repeated, node.Result.Shape));
    }

    private static bool Triangle(NodeLowering node, bool upper)
    {
        var dtype = node.Result.DType;
        var computed = dtype.ComputedIn(KernelTypes.Triangles)!.Value;
        string value = node.Cast(node.Input("self"), dtype, computed);
        return node.Return(node.Cast(node.Emit("Trilu", [value, node.ScalarSize(node.Dim("diagonal"))], Attributes.Int("upper", upper)), computed, dtype));
    }
}
