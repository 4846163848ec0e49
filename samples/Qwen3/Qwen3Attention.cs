namespace Evergraph.Samples.Qwen3;

/// <summary>
/// Causal attention of grouped heads: queries and keys are normalised head by head and then rotated by their position. Split
/// by heads; a rank has some query heads and the key and value heads that serve them.
/// </summary>
internal sealed class Qwen3Attention : Module
{
    private readonly ColumnParallelLinear _query;
    private readonly ColumnParallelLinear _key;
    private readonly ColumnParallelLinear _value;
    private readonly RowParallelLinear _output;
    private readonly RmsNorm _queryNorm;
    private readonly RmsNorm _keyNorm;
    private readonly int _headSize;
    private readonly int _heads;
    private readonly int _keyValueHeads;

    public Qwen3Attention(Qwen3Config config, Qwen3Weights weights, string path, int tensorParallel)
    {
        _headSize = config.HeadSize;
        _heads = config.Heads / tensorParallel;
        _keyValueHeads = config.KeyValueHeads / tensorParallel;
        _query = Add("q_proj", new ColumnParallelLinear(weights[$"{path}.q_proj.weight"], null, tensorParallel));
        _key = Add("k_proj", new ColumnParallelLinear(weights[$"{path}.k_proj.weight"], null, tensorParallel));
        _value = Add("v_proj", new ColumnParallelLinear(weights[$"{path}.v_proj.weight"], null, tensorParallel));
        _output = Add("o_proj", new RowParallelLinear(weights[$"{path}.o_proj.weight"], null, tensorParallel));
        _queryNorm = Add("q_norm", new RmsNorm(weights[$"{path}.q_norm.weight"], config.RmsNormEpsilon));
        _keyNorm = Add("k_norm", new RmsNorm(weights[$"{path}.k_norm.weight"], config.RmsNormEpsilon));
    }

    public Tensor Forward(Tensor x, Rotation rotation)
    {
        using var scope = Enter();
        var query = rotation.Apply(Heads(_queryNorm.Forward(Split(_query.Forward(x), _heads))));
        var key = rotation.Apply(Heads(_keyNorm.Forward(Split(_key.Forward(x), _keyValueHeads))));
        var value = Heads(Split(_value.Forward(x), _keyValueHeads));
        var mixed = Aten.ScaledDotProductAttention.Invoke(query, key, value, is_causal: true, enable_gqa: _heads != _keyValueHeads);
        var joined = Aten.TransposeInt.Invoke(mixed, 1, 2);
        return _output.Forward(Aten.Reshape.Invoke(joined, [joined.Shape[0], joined.Shape[1], _heads * _headSize]));
    }

    /// <summary>[batch, tokens, heads·size] to [batch, tokens, heads, size].</summary>
    private Tensor Split(Tensor x, int heads) => Aten.View.Invoke(x, [x.Shape[0], x.Shape[1], heads, _headSize]);

    /// <summary>[batch, tokens, heads, size] to [batch, heads, tokens, size].</summary>
    private static Tensor Heads(Tensor x) => Aten.TransposeInt.Invoke(x, 1, 2);
}
