namespace Evergraph.Samples.Qwen3;

/// <summary>The tensors of a Qwen3 by the names that transformers gives them, such as <c>model.layers.0.mlp.up_proj.weight</c>.</summary>
public sealed class Qwen3Weights
{
    private readonly IReadOnlyDictionary<string, Tensor> _tensors;
    private readonly string _prefix;

    /// <summary>Takes weights from a state dictionary.</summary>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="prefix">What stands before every name, such as <c>m.</c> for a model that was exported inside another.</param>
    public Qwen3Weights(IReadOnlyDictionary<string, Tensor> tensors, string prefix = "")
    {
        _tensors = tensors;
        _prefix = prefix;
    }

    /// <summary>Random weights: the same seed gives the same.</summary>
    public static Qwen3Weights Seeded(Qwen3Config config, int seed)
    {
        var random = new Random(seed);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, sizes) in Shapes(config))
        {
            // Norms scale around 1. Products keep the size of numbers when weights shrink with the root of their inputs.
            bool isNorm = sizes.Length == 1;
            double scale = isNorm ? 0.1 : Math.Sqrt(3.0 / sizes[^1]);
            var tensor = Tensor.Empty(DType.Float32, sizes);
            foreach (ref float weight in tensor.Span<float>())
                weight = (float)((isNorm ? 1 : 0) + (((random.NextDouble() * 2) - 1) * scale));
            tensors.Add(name, tensor);
        }

        return new(tensors);
    }

    /// <summary>The names and sizes of all weights, in the model's order.</summary>
    public static IEnumerable<(string Name, long[] Sizes)> Shapes(Qwen3Config config)
    {
        long hidden = config.HiddenSize, head = config.HeadSize, query = config.Heads * head, key = config.KeyValueHeads * head, inner = config.IntermediateSize;
        yield return ("model.embed_tokens.weight", [config.VocabularySize, hidden]);
        for (int i = 0; i < config.Layers; i++)
        {
            string layer = $"model.layers.{i}";
            yield return ($"{layer}.self_attn.q_proj.weight", [query, hidden]);
            yield return ($"{layer}.self_attn.k_proj.weight", [key, hidden]);
            yield return ($"{layer}.self_attn.v_proj.weight", [key, hidden]);
            yield return ($"{layer}.self_attn.o_proj.weight", [hidden, query]);
            yield return ($"{layer}.self_attn.q_norm.weight", [head]);
            yield return ($"{layer}.self_attn.k_norm.weight", [head]);
            yield return ($"{layer}.mlp.gate_proj.weight", [inner, hidden]);
            yield return ($"{layer}.mlp.up_proj.weight", [inner, hidden]);
            yield return ($"{layer}.mlp.down_proj.weight", [hidden, inner]);
            yield return ($"{layer}.input_layernorm.weight", [hidden]);
            yield return ($"{layer}.post_attention_layernorm.weight", [hidden]);
        }

        yield return ("model.norm.weight", [hidden]);
        yield return ("lm_head.weight", [config.VocabularySize, hidden]);
    }

    /// <summary>Checks that all weights are there in the right sizes.</summary>
    /// <exception cref="EvergraphException">Some are missing or have other sizes; all of them are listed.</exception>
    public void ThrowIfUnfit(Qwen3Config config)
    {
        var faults = new List<string>();
        foreach (var (name, sizes) in Shapes(config))
        {
            if (!_tensors.TryGetValue(_prefix + name, out var tensor))
                faults.Add($"{_prefix}{name} is missing");
            else if (!tensor.Sizes.SequenceEqual(sizes))
                faults.Add($"{_prefix}{name}: expected [{string.Join(", ", sizes)}], given {tensor.Type}");
        }

        if (faults.Count > 0)
            throw new EvergraphException($"the weights are not those of this Qwen3: {string.Join("; ", faults)}");
    }

    /// <summary>A weight, which <see cref="ThrowIfUnfit"/> has found.</summary>
    public Tensor this[string name] => _tensors[_prefix + name];

    /// <summary>A tensor that not every file has, or null.</summary>
    public Tensor? Find(string name) => _tensors.GetValueOrDefault(_prefix + name);
}
