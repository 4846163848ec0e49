namespace Evergraph.CustomOps.Layers;

/// <summary>Turns a model's split linear layers into FlashComm ones.</summary>
public static class FlashComm
{
    /// <summary>
    /// Gives every row- and column-parallel layer inside <paramref name="model"/> the FlashComm version of its method, and
    /// keeps tokens sharded between these layers.
    /// </summary>
    /// <param name="model">
    /// The stream of layers to swap: of a model with a vision or draft part, pass the language part or a filter.
    /// </param>
    /// <param name="threshold">Overlap pays above this many tokens; null leaves it to each layer, the environment, the default.</param>
    /// <param name="enabled">Whether overlap is allowed; null leaves it open likewise.</param>
    /// <param name="include">
    /// Says by its path which layers are in the stream; null takes all. A layer outside is not touched, and gets and gives
    /// all tokens.
    /// </param>
    /// <returns>What was swapped, and what was left alone and why.</returns>
    /// <remarks>
    /// A layer of the stream whose method is not known keeps it and is reported; around it the tokens are gathered and
    /// sharded again, so that the model's numbers stay right. Calling again replaces threshold and switch.
    /// </remarks>
    /// <exception cref="EvergraphException">The threshold is negative, or an environment variable that counts is malformed.</exception>
    public static FlashCommReport Enable(Module model, int? threshold = null, bool? enabled = null, Func<string, bool>? include = null)
    {
        var options = new FlashCommOptions(threshold, enabled);
        FlashCommOptions.Resolve(options, null);
        var swapped = new List<SwappedLayer>();
        var left = new List<UnswappedLayer>();
        foreach (var (path, module) in model.Walk())
        {
            if (module is not LinearLayer layer)
                continue;
            if (layer is not (RowParallelLinear or ColumnParallelLinear))
            {
                left.Add(new(path, "it is not split over ranks"));
            }
            else if (include is not null && !include(path))
            {
                left.Add(new(path, "the filter excludes it"));
            }
            else
            {
                layer.TokensSharded = true;
                string before = layer.Method.Name;
                if (Match(layer.Method, options) is not { } method)
                {
                    left.Add(new(path, $"its method '{before}' has no FlashComm version: expected unquantized or w8a8"));
                    continue;
                }

                layer.Method = method;
                swapped.Add(new(path, before, method.Name));
            }
        }

        return new(swapped, left);
    }

    /// <summary>Whether tokens are sharded between the layers of a model: then its residual is one token-shard a rank.</summary>
    public static bool ShardsTokens(Module model) => model.Walk().Any(item => item.Module is LinearLayer { TokensSharded: true });

    private static ILinearMethod? Match(ILinearMethod method, FlashCommOptions options) => method switch
    {
        UnquantizedLinearMethod or FlashCommLinearMethod => new FlashCommLinearMethod(options),
        W8A8LinearMethod quantized => new FlashCommW8A8LinearMethod(quantized, options),
        FlashCommW8A8LinearMethod flash => new FlashCommW8A8LinearMethod(flash.Quantized, options),
        _ => null,
    };
}
