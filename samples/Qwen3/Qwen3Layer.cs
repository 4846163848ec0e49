namespace Evergraph.Samples.Qwen3;

/// <summary>One decoder layer: attention and MLP, each behind a norm and added to the residual.</summary>
internal sealed class Qwen3Layer : Module
{
    private readonly RmsNorm _inputNorm;
    private readonly Qwen3Attention _attention;
    private readonly RmsNorm _attentionNorm;
    private readonly Qwen3Mlp _mlp;

    public Qwen3Layer(Qwen3Config config, Qwen3Weights weights, string path, int tensorParallel)
    {
        _inputNorm = Add("input_layernorm", new RmsNorm(weights[$"{path}.input_layernorm.weight"], config.RmsNormEpsilon));
        _attention = Add("self_attn", new Qwen3Attention(config, weights, $"{path}.self_attn", tensorParallel));
        _attentionNorm = Add("post_attention_layernorm", new RmsNorm(weights[$"{path}.post_attention_layernorm.weight"], config.RmsNormEpsilon));
        _mlp = Add("mlp", new Qwen3Mlp(weights, $"{path}.mlp", tensorParallel));
    }

    /// <summary>[batch, tokens, hidden] to the same; with sharded tokens both are one shard.</summary>
    public Tensor Forward(Tensor hidden, Rotation rotation)
    {
        using var scope = Enter();
        hidden = Aten.AddTensor.Invoke(hidden, _attention.Forward(_inputNorm.Forward(hidden), rotation));
        return Aten.AddTensor.Invoke(hidden, _mlp.Forward(_attentionNorm.Forward(hidden)));
    }
}
