using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Elements and rows at places that tensors name. Order, and places that are written to, run on the host.</summary>
internal static class IndexingLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::embedding", Embedding);
        table.Add("aten::index_select", IndexSelect);
        table.Add("aten::gather", Gather);
        table.Add("aten::index.Tensor", Index);
    }

    private static bool Embedding(NodeLowering node)
    {
        LoweredValue weight = node.Tensor("weight"), indices = node.Tensor("indices");
        return node.Define((scope, index) => scope.At(weight, Place(scope, indices, index[..^1], weight.Type.Shape[0]), index[^1]));
    }

    private static bool IndexSelect(NodeLowering node)
    {
        LoweredValue self = node.Tensor("self"), places = node.Tensor("index");
        if (self.Type.Rank == 0)
            return node.Decline("a tensor without dimensions");
        int axis = node.Axis("dim", self.Type.Rank);
        return node.Define((scope, index) => scope.At(
            self, [.. index[..axis], Place(scope, places, places.Type.Rank == 0 ? [] : [index[axis]], self.Type.Shape[axis]), .. index[(axis + 1)..]]));
    }

    private static bool Gather(NodeLowering node)
    {
        LoweredValue self = node.Tensor("self"), places = node.Tensor("index");
        if (self.Type.Rank == 0)
            return node.Decline("a tensor without dimensions");
        int axis = node.Axis("dim", self.Type.Rank);
        return node.Define((scope, index) =>
        {
            // A number alone names an element of a vector.
            var own = index.Length == 0 ? new Dim[1] : index.ToArray();
            own[axis] = Place(scope, places, index, self.Type.Shape[axis]);
            return scope.At(self, own);
        });
    }

    /// <summary>
    /// The index tensors broadcast to one shape. It takes the place of the indexed axes where these are neighbours, otherwise it comes first.
    /// </summary>
    private static bool Index(NodeLowering node)
    {
        var self = node.Tensor("self");
        var indices = node.Tensors("indices");
        if (indices.Any(tensor => tensor is { Type.DType: DType.Bool }))
            return node.Decline("a number of elements that depends on data");
        int[] indexed = [.. Enumerable.Range(0, indices.Length).Where(axis => indices[axis] is not null)];
        if (indexed.Length == 0)
            return node.View(self, index => index);
        int rank = indexed.Max(axis => indices[axis]!.Type.Rank);
        int first = indexed[^1] - indexed[0] == indexed.Length - 1 ? indexed[0] : 0;
        return node.Define((scope, index) =>
        {
            var common = index[first..(first + rank)];
            var others = new Queue<Dim>([.. index[..first], .. index[(first + rank)..]]);
            return scope.At(self, [.. Enumerable.Range(0, self.Type.Rank).Select(axis =>
                indexed.Contains(axis) ? FromEnd(scope, indices[axis]!, common, self.Type.Shape[axis]) : others.Dequeue())]);
        });
    }

    private static Dim Place(ElementScope scope, LoweredValue tensor, Dim[] index, Dim size) =>
        scope.Place(scope.Cast(scope.At(tensor, index), tensor.Type.DType, DType.Int64), size);

    /// <summary>A place that counts from the end where it is negative.</summary>
    private static Dim FromEnd(ElementScope scope, LoweredValue tensor, Dim[] index, Dim size)
    {
        var number = scope.Cast(scope.Broadcast(tensor, index), tensor.Type.DType, DType.Int64);
        return scope.Place(scope.Call("({0} < 0 ? {0} + {1} : {0})", DType.Int64, number, scope.Size(size)), size);
    }
}
