using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>softmax(scale · Q·Kᵀ + mask) · V as products and a softmax.</summary>
internal static class AttentionLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::scaled_dot_product_attention", node => Attend(node, node.Bool("enable_gqa")));
        table.Add("aten::_scaled_dot_product_flash_attention_for_cpu", node => Attend(node, grouped: true));
    }

    /// <summary>
    /// Query heads that share a key head are its rows, one after the other: [.., heads, n, E] is [.., key heads, group · n, E], so that keys
    /// and values are read where they are.
    /// </summary>
    private static bool Attend(NodeLowering node, bool grouped)
    {
        TensorType query = node.Type("query"), key = node.Type("key"), value = node.Type("value");
        bool sums = node.Node.OutputTypes.Length > 1 && node.IsRead(1);
        if (Refused(query, key.Shape, value.Shape, grouped, sums) is { } reason)
            return node.Decline(reason);
        const DType computed = DType.Float32;
        Shape rows = query.Shape;
        if (grouped && !query.Shape[^3].Equals(key.Shape[^3]))
            rows = query.Shape.With(query.Rank - 3, key.Shape[^3]).With(query.Rank - 2, query.Shape[^3] / key.Shape[^3] * query.Shape[^2]);
        string q = node.Reshape(node.Cast(node.Input("query"), query.DType, computed), query.Shape, rows);
        string k = node.Cast(node.Input("key"), query.DType, computed);
        string logits = Logits(node, q, k, query.Shape[^1], computed);
        Shape split = LogitsShape(query.Shape, key.Shape), joined = [.. rows.AsSpan()[..^1], key.Shape[^2]];
        bool isSplit = rows == query.Shape;
        logits = isSplit ? logits : node.Reshape(logits, joined, split);
        logits = Masked(node, logits, query.Shape[^2], key.Shape[^2], computed);
        string weights = node.Emit("Softmax", [logits], Attributes.Int("axis", -1));
        weights = isSplit ? weights : node.Reshape(weights, split, joined);
        string result = node.Emit("MatMul", [weights, node.Cast(node.Input("value"), query.DType, computed)]);
        result = isSplit ? result : node.Reshape(result, [.. rows.AsSpan()[..^1], value.Shape[^1]], node.Result.Shape);
        result = node.Convert(Seen(node, result, computed), computed, query.DType);
        if (node.Node.OutputTypes.Length == 1)
            return node.Return(result);
        if (!sums)
            return node.Return(result, node.Fill(node.Node.OutputTypes[1], 0));
        string logSumExp = node.Emit("ReduceLogSumExp", [logits, node.Integers(-1)], Attributes.Int("keepdims", 0));
        return node.Return(result, node.Convert(logSumExp, computed, node.Node.OutputTypes[1].DType));
    }

    private static string? Refused(TensorType type, Shape key, Shape value, bool grouped, bool sums)
    {
        var query = type.Shape;
        if (type.DType == DType.Float64)
            return "a product of float64";
        if (query[^1].Range.Min < 1)
            return "heads without elements";
        if (sums && query.Append(key[^2]).Any(size => size.Range.Min < 1))
            return "the logarithm of a sum of nothing";
        bool shares = grouped && !query[^3].Equals(key[^3]);
        if (shares && !(key[^3].Range.Min >= 1 && key[^3].Equals(value[^3]) && Batch(query, 3) == Batch(key, 3) && Batch(query, 3) == Batch(value, 3)))
            return "heads that are grouped and broadcast";
        if (shares)
            return null;
        return LinearAlgebraLowerings.Broadcasts(query, key) && LinearAlgebraLowerings.Broadcasts(query, value) && LinearAlgebraLowerings.Broadcasts(key, value)
            ? null
            : "batches that are broadcast and may be empty";
    }

    private static Shape Batch(Shape shape, int kept) => Shape.Create(shape.AsSpan()[..^kept]);

    /// <summary>The shape of scale · Q·Kᵀ where heads are grouped: that of the query but for the last size.</summary>
    private static Shape LogitsShape(Shape query, Shape key) => query.With(query.Rank - 1, key[^2]);

    private static string Logits(NodeLowering node, string query, string key, Dim headSize, DType computed)
    {
        double? scale = node.Has("scale") ? node.Float("scale") : headSize.TryGetConstant(out long size) ? 1 / Math.Sqrt(size) : null;
        if (scale is null)
            query = node.Emit("Div", [query, node.Emit("Sqrt", [node.NumberOf(headSize, DType.Int64, computed)])]);
        return node.EmitMicrosoft("FusedMatMul", [query, key], Attributes.Int("transB", 1), Attributes.Float("alpha", scale ?? 1));
    }

    private static string Masked(NodeLowering node, string logits, Dim rows, Dim keys, DType computed)
    {
        if (node.Bool("is_causal"))
        {
            string row = node.Unsqueeze(Count(node, rows), 1);
            return node.Emit("Where", [node.Emit("LessOrEqual", [Count(node, keys), row]), logits, node.Number(computed, double.NegativeInfinity)]);
        }

        if (!node.Has("attn_mask"))
            return logits;
        var mask = node.Type("attn_mask");
        return mask.DType == DType.Bool
            ? node.Emit("Where", [node.Input("attn_mask"), logits, node.Number(computed, double.NegativeInfinity)])
            : node.Emit("Add", [logits, node.Convert(node.Input("attn_mask"), mask.DType, computed)]);
    }

    /// <summary>0, 1, 2, … below a size.</summary>
    private static string Count(NodeLowering node, Dim size) => node.Emit("Range", [node.Number(DType.Int64, 0), node.ScalarSize(size), node.Number(DType.Int64, 1)]);

    /// <summary>Rows whose mask lets them see no key are 0, where softmax divides 0 by 0. The mask is looked at, which is small.</summary>
    private static string Seen(NodeLowering node, string result, DType computed)
    {
        if (!node.Has("attn_mask"))
            return result;
        var mask = node.Type("attn_mask");
        string visible = node.Input("attn_mask");
        if (mask.DType != DType.Bool)
            visible = node.Emit("Not", [node.Emit("Equal", [node.Cast(visible, mask.DType, DType.Float32), node.Number(DType.Float32, double.NegativeInfinity)])]);
        visible = node.Cast(visible, DType.Bool, DType.Float32);

        // Counted from the front: from the back ONNX Runtime forgets sizes of 0.
        if (mask.Rank > 0)
            visible = node.Emit("ReduceSum", [visible, node.Integers(mask.Rank - 1)], Attributes.Int("keepdims", 1));
        string isSeen = node.Emit("Greater", [visible, node.Number(DType.Float32, 0)]);
        return node.Emit("Where", [isSeen, result, node.Number(computed, 0)]);
    }
}
