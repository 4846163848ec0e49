using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Elements and rows at places that tensors name, and order.</summary>
/// <remarks>
/// ONNX Runtime scatters on several threads: where places repeat, it is open which value stays. So only what puts one value everywhere is
/// lowered. Order among floating-point numbers runs as ours: ONNX Runtime's is open where there is a NaN.
/// </remarks>
internal static class IndexingLowerings
{
    private static readonly DTypeSet Ordered = DTypeSet.Of(DType.Int32, DType.Int64);
    private static readonly DTypeSet Counted = DTypeSet.Of(DType.Bool, DType.Float32, DType.UInt8, DType.Int32, DType.Int64);

    public static void Register(LoweringTable table)
    {
        table.Add("aten::embedding", node => node.Return(node.Emit("Gather", [node.Input("weight"), node.Input("indices")], Attributes.Int("axis", 0))));
        table.Add("aten::index_select", IndexSelect);
        table.Add("aten::gather", Gather);
        table.Add("aten::scatter.value", ScatterValue);
        table.Add("aten::index.Tensor", Index);
        table.Add("aten::index_put", IndexPut);
        table.Add("aten::nonzero", Nonzero);
        table.Add("aten::topk", node => Order(node, node.Dim("k"), node.Bool("largest")));
        foreach (string name in (string[])["sort", "sort.stable", "argsort"])
            table.Add($"aten::{name}", node => Order(node, null, node.Bool("descending")));
    }

    private static bool IndexSelect(NodeLowering node)
    {
        var self = node.Type("self");
        if (self.Rank == 0)
            return node.Decline("a tensor without dimensions");
        string index = node.Type("index").Rank == 0 ? node.Unsqueeze(node.Input("index"), 0) : node.Input("index");
        return node.Return(node.Emit("Gather", [node.Input("self"), index], Attributes.Int("axis", node.Axis("dim", self.Rank))));
    }

    private static bool Gather(NodeLowering node)
    {
        var (self, index) = (node.Type("self"), node.Type("index"));
        if (self.Rank == 0 || index.Rank == 0)
            return node.Decline("a tensor without dimensions");
        return node.Return(node.Emit("GatherElements", [node.Input("self"), node.Input("index")], Attributes.Int("axis", node.Axis("dim", self.Rank))));
    }

    private static bool ScatterValue(NodeLowering node)
    {
        var (self, index) = (node.Type("self"), node.Type("index"));
        if (self.Rank == 0 || index.Rank == 0)
            return node.Decline("a tensor without dimensions");
        var value = node.Scalar("value");
        if (value.Kind != ScalarKind.Float && !value.Integer.IsConstant)
            return node.Decline("a symbolic value");
        string updates = node.Fill(new(self.DType, index.Shape), value);
        return node.Return(node.Emit("ScatterElements", [node.Input("self"), node.Input("index"), updates], Attributes.Int("axis", node.Axis("dim", self.Rank))));
    }

    /// <summary>
    /// One index tensor is a Gather. Several are the coordinates of GatherND: the indexed axes come first, what is found has the indices'
    /// shape in front, and goes back to the indexed axes' place where these are neighbours.
    /// </summary>
    private static bool Index(NodeLowering node)
    {
        var types = node.Types("indices");
        if (types.Any(type => type is { DType: DType.Bool }))
            return node.Decline("a number of elements that depends on data");
        int[] indexed = [.. Enumerable.Range(0, types.Length).Where(axis => types[axis] is not null)];
        if (indexed.Length == 0)
            return node.Return(node.Input("self"));
        string?[] indices = node.Inputs("indices");
        if (indexed.Length == 1)
            return node.Return(node.Emit("Gather", [node.Input("self"), indices[indexed[0]]!], Attributes.Int("axis", indexed[0])));

        int rank = node.Type("self").Rank;
        Shape places = Broadcast([.. indexed.Select(axis => types[axis]!.Shape)]);
        string coordinates = node.Concat(places.Rank, [.. indexed.Select(axis => node.Unsqueeze(
            node.Expand(node.Cast(indices[axis]!, types[axis]!.DType, DType.Int64), types[axis]!.Shape, new(DType.Int64, places)), places.Rank))]);
        int[] others = [.. Enumerable.Range(0, rank).Except(indexed)];
        string found = node.Emit("GatherND", [node.Transpose(node.Input("self"), [.. indexed, .. others]), coordinates]);
        bool adjacent = indexed[^1] - indexed[0] == indexed.Length - 1;
        int before = adjacent ? indexed[0] : 0;
        int[] back = [.. Enumerable.Range(places.Rank, before), .. Enumerable.Range(0, places.Rank), .. Enumerable.Range(places.Rank + before, others.Length - before)];
        return node.Return(node.Transpose(found, back));
    }

    /// <summary>The shape that shapes broadcast to; that they do, the fake has required.</summary>
    private static Shape Broadcast(Shape[] shapes)
    {
        var sizes = new Dim[shapes.Max(shape => shape.Rank)];
        Array.Fill(sizes, 1);
        foreach (var shape in shapes)
        {
            for (int i = 1; i <= shape.Rank; i++)
                sizes[^i] = sizes[^i].Equals(1) ? shape[^i] : sizes[^i];
        }

        return Shape.Create(sizes);
    }

    /// <summary>One value at the true places of a mask.</summary>
    private static bool IndexPut(NodeLowering node)
    {
        var self = node.Type("self");
        var types = node.Types("indices");
        bool masked = types is [{ DType: DType.Bool }] && node.Type("values").Shape.Elements.Equals(1) && !node.Bool("accumulate");
        if (!masked)
            return node.Decline("values for places that may repeat");
        var computed = self.DType.ComputedIn(KernelTypes.Selection)!.Value;
        string mask = node.Inputs("indices")[0]!;
        if (self.Rank > types[0]!.Rank)
            mask = node.Unsqueeze(mask, [.. Enumerable.Range(types[0]!.Rank, self.Rank - types[0]!.Rank).Select(axis => (long)axis)]);
        string value = node.Reshape(node.Cast(node.Input("values"), self.DType, computed), node.Type("values").Shape, Shape.Scalar);
        return node.Return(node.Cast(node.Emit("Where", [mask, value, node.Cast(node.Input("self"), self.DType, computed)]), computed, self.DType));
    }

    private static bool Nonzero(NodeLowering node)
    {
        var self = node.Type("self");
        if (self.Rank == 0)
            return node.Decline("a tensor without dimensions");
        if (self.DType.ComputedIn(Counted) is not { } computed)
            return node.Decline($"no kernel for {self.DType.Name()}");
        return node.Return(node.Transpose(node.Emit("NonZero", [node.Cast(node.Input("self"), self.DType, computed)]), 1, 0));
    }

    /// <summary>The first elements in order, all where no number is given. Of equal ones the first comes first.</summary>
    private static bool Order(NodeLowering node, Dim? count, bool largest)
    {
        var self = node.Type("self");
        if (self.DType.IsFloating())
            return node.Decline("an order with NaN");

        // TopK divides by the number of lines and ends the process where there are none.
        if (self.Shape.Any(size => size.Range.Min < 1))
            return node.Decline("lines without elements");
        if (self.Rank == 0)
            return node.Decline("a tensor without dimensions");
        var computed = self.DType.ComputedIn(Ordered)!.Value;
        int axis = node.Axis("dim", self.Rank);
        string[] found = node.EmitMany(
            "TopK", "", 2, [node.Cast(node.Input("self"), self.DType, computed), node.Size(count ?? self.Shape[axis])],
            Attributes.Int("axis", axis), Attributes.Int("largest", largest), Attributes.Int("sorted", 1));
        return node.Node.OutputTypes.Length == 1 ? node.Return(found[1]) : node.Return(node.Convert(found[0], computed, self.DType), found[1]);
    }
}
