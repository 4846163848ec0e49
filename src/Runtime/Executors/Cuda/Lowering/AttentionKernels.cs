using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Attention;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Attention as a step: the operands as [batch, tokens, heads, features], which are views, so that nothing is moved.</summary>
internal static class AttentionKernels
{
    /// <summary>Adds the step; its result is the node's first.</summary>
    public static bool Run(NodeLowering node, AttentionShape shape)
    {
        var outer = shape.Batch.Rank == 0 ? Shape.Scalar : Shape.Create(shape.Batch.AsSpan()[..^1]);
        var batch = outer.Elements;
        var keyHeads = Dim.FloorDiv(shape.Heads, shape.Group);
        Dim[] Batch(Dim[] index, Dim head) => shape.Batch.Rank == 0 ? [] : [.. ElementScope.Unravel(outer, index[0]), head];
        LoweredValue Operand(LoweredValue value, Dim tokens, Dim heads, Dim features, Dim group, Func<Dim[], Dim, Dim, Dim[]> placeOf) => node.TemporaryView(
            new(value.Type.DType, [batch, tokens, heads, features]), value, index => placeOf(Batch(index, index[2] * group), index[1], index[3]));

        var queries = Operand(shape.Query, shape.Tokens, shape.Heads, shape.Features, 1, shape.QueryOf);
        var keys = Operand(shape.Key, shape.Keys, keyHeads, shape.Features, shape.Group, shape.KeyOf);
        var values = Operand(shape.Value, shape.Keys, keyHeads, node.Result.Shape[^1], shape.Group, shape.ValueOf);
        var mask = shape.Mask is not { } given ? null : node.TemporaryView(
            new(given.Type.DType, [batch, shape.Heads, shape.Tokens, shape.Keys]), given, index => Own(given, [.. Batch(index, index[1]), index[2], index[3]]));
        var signature = new AttentionSignature(
            shape.Query.Type.DType, Constant(shape.Features), Constant(node.Result.Shape[^1]), mask?.Type.DType, node.Bool("is_causal"),
            node.Has("scale") ? node.Float("scale") : null);
        var device = node.Device;
        var result = node.Filled("attention", node.Result);
        node.Run(new AttentionStep(
            node.Index, queries, keys, values, mask, result, shape.IsHeadsOuter,
            signature, () => new(signature, device.Properties.Architecture, device.Properties.Multiprocessors, device.Properties.SharedMemoryPerBlock)));
        if (node.Results.Length > 1)
            node.Define(1, (scope, _) => throw new InvalidOperationException($"{node.Node}: nothing reads result 1"));
        return node.Return(0, result);
    }

    /// <summary>The place in an operand that is broadcast: axes of one element are repeated.</summary>
    private static Dim[] Own(LoweredValue operand, Dim[] index)
    {
        var own = new Dim[operand.Type.Rank];
        for (int axis = 0; axis < own.Length; axis++)
            own[axis] = operand.Type.Shape[axis].Equals(1) ? 0 : index[index.Length - own.Length + axis];
        return own;
    }

    private static int? Constant(Dim size) => size.TryGetConstant(out long constant) && constant <= int.MaxValue ? (int)constant : null;
}
