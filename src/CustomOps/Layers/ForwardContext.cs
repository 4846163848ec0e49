namespace Evergraph.CustomOps.Layers;

/// <summary>
/// What a model's layers must know of the run they are in: how many tokens there are, which a token shard does not tell.
/// A model puts one in force at its entry.
/// </summary>
public static class ForwardContext
{
    [ThreadStatic]
    private static Entry? t_current;

    /// <summary>The number of tokens of one batch before any sharding or padding; symbolic in a trace.</summary>
    /// <exception cref="EvergraphException">No model put one in force on this thread.</exception>
    public static Dim NumTokens => t_current?.NumTokens ?? throw new EvergraphException(
        "a layer with token-sharded input needs the true number of tokens: put it in force with ForwardContext.Enter at the model's entry");

    /// <summary>Puts a number of tokens in force on this thread until the result is disposed.</summary>
    public static Scope Enter(Dim numTokens) => new(numTokens);

    /// <summary>Puts back what was in force before, when disposed.</summary>
    public readonly ref struct Scope
    {
        private readonly Entry? _outer;

        internal Scope(Dim numTokens)
        {
            _outer = t_current;
            t_current = new(numTokens);
        }

        /// <summary>Puts back what was in force before.</summary>
        public void Dispose() => t_current = _outer;
    }

    internal sealed record Entry(Dim NumTokens);
}
