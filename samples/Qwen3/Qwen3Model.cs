namespace Evergraph.Samples.Qwen3;

/// <summary>
/// A Qwen3 language model with the semantics of transformers' <c>Qwen3ForCausalLM</c>, written once: it runs eagerly on real
/// tensors and traces into a graph, on one rank or split over several.
/// </summary>
/// <remarks>
/// Queries, keys, values, gate and up are column-parallel, the attention's and the MLP's output row-parallel; the embedding,
/// the norms and the head are whole on every rank. After <see cref="FlashComm.Enable"/> the residual stream is cut by tokens:
/// each rank has one shard of it between the layers, and the tokens are gathered again before the head.
/// </remarks>
public sealed class Qwen3Model : Module
{
    private readonly Embedding _embedding;
    private readonly RotaryEmbedding _rotary;
    private readonly Qwen3Layer[] _layers;
    private readonly RmsNorm _norm;
    private readonly Linear _head;

    /// <summary>Builds the model.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="weights">Its weights, whole.</param>
    /// <param name="tensorParallel">How many ranks it is split over.</param>
    /// <exception cref="EvergraphException">The weights are not those of the config, or it does not divide over the ranks.</exception>
    public Qwen3Model(Qwen3Config config, Qwen3Weights weights, int tensorParallel = 1)
    {
        config.ThrowIfInvalid(tensorParallel);
        weights.ThrowIfUnfit(config);
        TensorParallel = tensorParallel;
        _embedding = Add("model.embed_tokens", new Embedding(weights["model.embed_tokens.weight"]));
        _rotary = Add("model.rotary_emb", new RotaryEmbedding(config, weights.Find("model.rotary_emb.inv_freq")));
        _layers = new Qwen3Layer[config.Layers];
        for (int i = 0; i < _layers.Length; i++)
            _layers[i] = Add($"model.layers.{i}", new Qwen3Layer(config, weights, $"model.layers.{i}", tensorParallel));
        _norm = Add("model.norm", new RmsNorm(weights["model.norm.weight"], config.RmsNormEpsilon));
        _head = Add("lm_head", new Linear(weights["lm_head.weight"]));
    }

    /// <summary>How many ranks the model is split over.</summary>
    public int TensorParallel { get; }

    /// <summary>The logits of every token: ids [batch, tokens] give [batch, tokens, vocabulary], ids [tokens] give [tokens, vocabulary].</summary>
    /// <param name="ids">Token ids, int64, the same on every rank.</param>
    public Tensor Forward(Tensor ids)
    {
        if (ids.Rank == 1)
            return Aten.SqueezeDim.Invoke(Forward(Aten.Unsqueeze.Invoke(ids, 0)), 0);
        var tokens = ids.Shape[1];
        bool sharded = TensorParallel > 1 && FlashComm.ShardsTokens(this);
        using var context = ForwardContext.Enter(tokens);
        var hidden = _embedding.Forward(ids);
        if (sharded)
            hidden = TokenShard.Invoke(hidden, 1, TensorParallel);
        var rotation = _rotary.Forward(tokens);
        foreach (var layer in _layers)
            hidden = layer.Forward(hidden, rotation);
        hidden = _norm.Forward(hidden);
        if (sharded)
            hidden = AllGather.Invoke(hidden, 1, tokens, TensorParallel);
        return _head.Forward(hidden);
    }

    /// <summary>Traces the model once, for every number of tokens.</summary>
    /// <param name="maxTokens">The most tokens of a call; the least are none.</param>
    /// <returns>A graph from <c>input_ids</c>, int64 [1, tokens], to <c>output</c>, [1, tokens, vocabulary].</returns>
    public TensorGraph Trace(long maxTokens = Symbol.Unbounded)
    {
        var tokens = new Symbol("tokens", 0, maxTokens);
        return Tracer.Trace([new("input_ids", new(DType.Int64, [1, tokens]))], inputs => [Forward(inputs[0])]);
    }
}
