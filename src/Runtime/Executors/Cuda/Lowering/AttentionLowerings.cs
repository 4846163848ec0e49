using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>
/// Attention: by kernels of our own where they take it, see <see cref="AttentionKernels"/>; otherwise as its formula says,
/// softmax(scale · q·kᵀ + mask) · v, with the logits and the weights of the keys in memory.
/// </summary>
internal static class AttentionLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::scaled_dot_product_attention", node => Attend(node, Heads(node, node.Bool("enable_gqa"))));
        table.Add("aten::_scaled_dot_product_flash_attention_for_cpu", node => Attend(node, Heads(node, isGrouped: true)));
        table.Add("evergraph::grouped_query_attention", node => Attend(node, TokensOutermost(node)));
    }

    /// <summary>The operands [batch..., tokens, features]: batches are broadcast, and grouped heads of keys and values serve several of the query's.</summary>
    private static AttentionShape Heads(NodeLowering node, bool isGrouped)
    {
        LoweredValue query = node.Tensor("query"), key = node.Tensor("key"), value = node.Tensor("value");
        var result = node.Result.Shape;
        Dim[] Own(LoweredValue operand, Dim[] batch, Dim token, Dim feature)
        {
            var shape = operand.Type.Shape;
            var own = new Dim[shape.Rank];
            for (int axis = 0; axis < own.Length - 2; axis++)
            {
                int outer = batch.Length - (own.Length - 2) + axis;
                bool isHeads = isGrouped && operand != query && axis == own.Length - 3;
                own[axis] = shape[axis].Equals(1) ? 0 : isHeads ? Dim.FloorDiv(batch[outer], GroupSize(result[outer], shape[axis])) : batch[outer];
            }

            (own[^2], own[^1]) = (token, feature);
            return own;
        }

        return new(
            query, key, value, Shape.Create(result.AsSpan()[..^2]), query.Type.Shape[^2], key.Type.Shape[^2], query.Type.Shape[^1],
            (batch, token, feature) => Own(query, batch, token, feature),
            (batch, token, feature) => Own(key, batch, token, feature),
            (batch, token, feature) => Own(value, batch, token, feature),
            index => (index[..^2], index[^2], index[^1]))
        {
            Mask = node.OptionalTensor("attn_mask"),
            IsHeadsOuter = true,
            Group = isGrouped && result.Rank >= 3 ? GroupSize(result[^3], key.Type.Shape[^3]) : 1,
        };
    }

    /// <summary>The operands [batch, tokens, heads, features].</summary>
    private static AttentionShape TokensOutermost(NodeLowering node)
    {
        LoweredValue query = node.Tensor("q"), key = node.Tensor("k"), value = node.Tensor("v");
        Shape shape = query.Type.Shape, keys = key.Type.Shape;
        var group = GroupSize(shape[2], keys[2]);
        Dim[] Own(Dim[] batch, Dim token, Dim feature) => [batch[0], token, Dim.FloorDiv(batch[1], group), feature];
        return new(
            query, key, value, [shape[0], shape[2]], shape[1], keys[1], shape[3],
            (batch, token, feature) => [batch[0], token, batch[1], feature], Own, Own,
            index => ([index[0], index[2]], index[1], index[3]))
        {
            Group = group,
        };
    }

    /// <summary>How many heads of the query a head of the keys serves; where there are none it does not matter.</summary>
    private static Dim GroupSize(Dim heads, Dim keyHeads) => Dim.Max(Dim.FloorDiv(heads, Dim.Max(keyHeads, 1)), 1);

    private static bool Attend(NodeLowering node, AttentionShape shape)
    {
        if (node.Takes("dropout_p") && node.Float("dropout_p") != 0)
            return node.Decline("dropout draws random numbers");
        if (node.Results.Length == 1 || !node.IsRead(1))
            return AttentionKernels.Run(node, shape);
        bool isCausal = node.Bool("is_causal");
        var computed = CTypes.Computed(shape.Query.Type.DType);
        Shape square = [.. shape.Batch, shape.Tokens, shape.Keys];
        var logits = node.Temporary("attention_logits", new(computed, square), (scope, index) => Logit(scope, node, shape, isCausal, index), isStored: true);
        Expression Largest(ElementScope scope, Dim[] row) => scope.Reduce(Reduction.Maximum, shape.Keys, key => scope.At(logits, [.. row, key]));
        Expression Sum(ElementScope scope, Dim[] row, Expression largest) => scope.Reduce(Reduction.Sum, shape.Keys, key =>
            scope.Call("exp_of({0} - {1})", computed, scope.At(logits, [.. row, key]), largest));

        // A row that sees no key has the weights 0, as PyTorch gives since 2.5.
        var nothing = (ElementScope scope) => scope.Constant(double.NegativeInfinity, computed);
        var weights = node.Temporary("attention_weights", new(computed, square), (scope, index) =>
        {
            var largest = Largest(scope, index[..^1]);
            return scope.Call(
                "({1} == {3} ? 0 : exp_of({0} - {1}) / {2})", computed,
                scope.At(logits, index), largest, Sum(scope, index[..^1], largest), nothing(scope));
        }, isStored: true);
        if (node.Results.Length > 1)
        {
            node.Define(1, (scope, index) =>
            {
                var largest = Largest(scope, index);
                return scope.Call("({0} == {2} ? {2} : {0} + log_of({1}))", computed, largest, Sum(scope, index, largest), nothing(scope));
            });
        }

        return node.Define((scope, index) =>
        {
            var (batch, token, feature) = shape.Split(index);
            return scope.Reduce(Reduction.Sum, shape.Keys, key =>
            {
                var (weight, value) = (scope.At(weights, [.. batch, token, key]), scope.At(shape.Value, shape.ValueOf(batch, key, feature)));

                // A key that is not seen has no part, whatever its value is: NaN too.
                return isCausal
                    ? scope.Call("({2} <= {3} ? {0} * {1} : 0)", computed, weight, value, scope.Size(key), scope.Size(token))
                    : scope.Call("({0} * {1})", computed, weight, value);
            });
        });
    }

    /// <summary>scale · Σ q·k, and what the mask adds; −∞ where the key is not seen.</summary>
    private static Expression Logit(ElementScope scope, NodeLowering node, AttentionShape shape, bool isCausal, Dim[] index)
    {
        var computed = CTypes.Computed(shape.Query.Type.DType);
        Dim[] batch = index[..^2];
        Dim token = index[^2], key = index[^1];
        var product = scope.Reduce(Reduction.Sum, shape.Features, feature => scope.Call(
            "({0} * {1})", computed,
            scope.At(shape.Query, shape.QueryOf(batch, token, feature)), scope.At(shape.Key, shape.KeyOf(batch, key, feature))));
        var scale = node.Has("scale")
            ? scope.Constant(node.Float("scale"), computed)
            : scope.Call("(1 / sqrt_of({0}))", computed, scope.Cast(scope.Size(shape.Features), DType.Int64, computed));
        var logit = scope.Call("({0} * {1})", computed, scale, product);
        var unseen = scope.Constant(double.NegativeInfinity, computed);
        if (isCausal)
            return scope.Call("({1} <= {2} ? {0} : {3})", computed, logit, scope.Size(key), scope.Size(token), unseen);
        if (shape.Mask is not { } mask)
            return logit;
        var entry = scope.Broadcast(mask, index);
        return mask.Type.DType == DType.Bool
            ? scope.Call("({1} ? {0} : {2})", computed, logit, entry, unseen)
            : scope.Call("({0} + {1})", computed, logit, scope.Cast(entry, CTypes.Computed(mask.Type.DType), computed));
    }
}
