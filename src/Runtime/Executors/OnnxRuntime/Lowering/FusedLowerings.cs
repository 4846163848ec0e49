using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;
using static Evergraph.Runtime.OnnxRuntime.Model.Attributes;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>What our passes fuse, as operators that ONNX Runtime fuses too.</summary>
internal static class FusedLowerings
{
    // Measured: ours skips the tiles that a causal mask hides, and reads gate and value in one pass; see docs/benchmarks.md.
    private const string Faster = "ours is faster";

    public static void Register(LoweringTable table)
    {
        table.Add("evergraph::rms_norm", RmsNorm);
        table.Add("evergraph::rms_norm.residual", RmsNormResidual);
        table.Add("evergraph::rotary_embedding.single", RotaryEmbedding);
        table.Add("evergraph::grouped_query_attention", GroupedQueryAttention);
        table.Add("evergraph::silu_and_mul", SiluAndMul);
    }

    private static bool RmsNorm(NodeLowering node)
    {
        if (node.Result.DType != DType.Float32)
            return node.Decline($"no norm of {node.Result.DType.Name()} that sums in a wider type");
        if (node.Result.Shape[^1].Range.Min < 2)
            return node.Decline("a norm of one feature");
        return node.Return(node.Emit("RMSNormalization", [node.Input("x"), node.Input("weight")], Int("axis", -1), Float("epsilon", node.Float("eps"))));
    }

    private static bool RmsNormResidual(NodeLowering node)
    {
        if (node.Result.DType != DType.Float32)
            return node.Decline($"no norm of {node.Result.DType.Name()} that sums in a wider type");
        if (node.Result.Shape[^1].Range.Min < 2)
            return node.Decline("a norm of one feature");
        if (node.Result.Rank is not (2 or 3))
            return node.Decline("the norm with a residual takes rows of two or three dimensions");
        string[] results = node.EmitMany(
            "SkipSimplifiedLayerNormalization", OnnxGraph.MicrosoftDomain, 4, [node.Input("x"), node.Input("residual"), node.Input("weight")], Float("epsilon", node.Float("eps")));
        return node.Return(results[0], results[3]);
    }

    private static bool RotaryEmbedding(NodeLowering node)
    {
        var type = node.Type("x");
        if (type.DType != DType.Float32 || node.Type("cos").DType != DType.Float32)
            return node.Decline($"no rotation of {type.DType.Name()}");
        if (type.Rank != 4 || !type.Shape[2].TryGetConstant(out long heads) || !type.Shape[3].TryGetConstant(out long size) || !node.Type("cos").Shape[1].TryGetConstant(out long angles))
            return node.Decline("the rotation takes four dimensions, of which heads and features are known");
        if (node.Has("position_ids"))
            return node.Decline("positions are given");

        // A width of 0 stands for all features there.
        if (angles == 0 || type.Shape.Any(dim => dim.Range.Min < 1))
            return node.Decline("there may be nothing to rotate");
        Shape flat = [type.Shape[0], type.Shape[1], heads * size];
        string rotated = node.EmitMicrosoft(
            "RotaryEmbedding", [node.Reshape(node.Input("x"), type.Shape, flat), node.Integers(0), node.Input("cos"), node.Input("sin")],
            Int("num_heads", heads), Int("rotary_embedding_dim", 2 * angles == size ? 0 : 2 * angles), Int("interleaved", node.Bool("interleaved")));
        return node.Return(node.Reshape(rotated, flat, type.Shape));
    }

    private static bool GroupedQueryAttention(NodeLowering node)
    {
        var (q, k, v) = (node.Type("q"), node.Type("k"), node.Type("v"));
        if (q.DType != DType.Float32)
            return node.Decline($"no attention of {q.DType.Name()}");
        if (!node.Bool("is_causal"))
            return node.Decline("attention to all keys is of equal heads only");
        if (node.HasFastImplementation)
            return node.Decline(Faster);
        if (!q.Shape[2].TryGetConstant(out long heads) || !q.Shape[3].TryGetConstant(out long size) || !k.Shape[2].TryGetConstant(out long keyHeads))
            return node.Decline("heads are symbolic");
        if (size % 8 != 0)
            return node.Decline($"attention takes heads of a multiple of 8 features, not {size}");
        if (!v.Shape[3].Equals(q.Shape[3]) || q.Shape.Concat(k.Shape).Any(dim => dim.Range.Min < 1))
            return node.Decline("heads of values have another size, or there may be none");
        if (q.Shape[0].Range.Min < 1 || q.Shape[1].Range.Min < 1)
            return node.Decline("there may be no token, which ONNX Runtime's attention refuses");
        string length = node.Cast(node.Size(q.Shape[1]), DType.Int64, DType.Int32);
        string last = node.Emit("Expand", [node.Emit("Sub", [length, node.Constant(Tensor.From([1], 1))]), node.Size(q.Shape[0])]);
        string total = node.Emit("Squeeze", [length]);
        string[] results = node.EmitMany(
            "GroupQueryAttention", OnnxGraph.MicrosoftDomain, 3,
            [Flat("q", q), Flat("k", k), Flat("v", v), "", "", last, total],
            Int("num_heads", heads), Int("kv_num_heads", keyHeads), Float("scale", node.Has("scale") ? node.Float("scale") : 0));
        return node.Return(node.Reshape(results[0], [q.Shape[0], q.Shape[1], heads * size], node.Result.Shape));
        string Flat(string parameter, TensorType type) => node.Reshape(node.Input(parameter), type.Shape, [type.Shape[0], type.Shape[1], type.Shape[2] * type.Shape[3]]);
    }

    private static bool SiluAndMul(NodeLowering node)
    {
        if (node.Result.DType != DType.Float32)
            return node.Decline($"no gate of {node.Result.DType.Name()}");
        if (node.Result.Shape[^1].Range.Min < 1)
            return node.Decline("there may be nothing to split");
        if (node.HasFastImplementation)
            return node.Decline(Faster);
        string[] halves = node.EmitMany("Split", "", 2, [node.Input("x")], Int("axis", -1), Int("num_outputs", 2));
        return node.Return(node.Emit("Mul", [node.EmitMicrosoft("QuickGelu", [halves[0]], Float("alpha", 1)), halves[1]]));
    }
}
