namespace Evergraph.Samples.Qwen3;

/// <summary>The sizes of a Qwen3, as in the <c>config.json</c> of transformers.</summary>
public sealed record Qwen3Config
{
    /// <summary>Different tokens.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Features of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Features inside the MLP.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Decoder layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; each serves <see cref="Heads"/> / <see cref="KeyValueHeads"/> query heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Features of a head, even.</summary>
    public required int HeadSize { get; init; }

    /// <summary>What keeps the norms' root away from 0.</summary>
    public double RmsNormEpsilon { get; init; } = 1e-6;

    /// <summary>The base of the rotary frequencies.</summary>
    public double RopeTheta { get; init; } = 1e6;

    /// <summary>A model of a few hundred thousand parameters that splits over 1, 2 or 4 ranks.</summary>
    public static Qwen3Config Small { get; } = new()
    {
        VocabularySize = 256,
        HiddenSize = 64,
        IntermediateSize = 128,
        Layers = 2,
        Heads = 8,
        KeyValueHeads = 4,
        HeadSize = 16,
    };

    /// <summary>The model that the repository's qwen3 fixtures were exported from.</summary>
    public static Qwen3Config Fixture { get; } = new()
    {
        VocabularySize = 200,
        HiddenSize = 64,
        IntermediateSize = 128,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        HeadSize = 16,
    };

    /// <summary>Checks that the sizes fit each other and divide over ranks.</summary>
    /// <exception cref="EvergraphException">They do not.</exception>
    public void ThrowIfInvalid(int tensorParallel)
    {
        if (Heads % KeyValueHeads != 0)
            throw new EvergraphException($"Qwen3: {Heads} query heads do not share {KeyValueHeads} key-value heads: expected a multiple");
        if (HeadSize % 2 != 0)
            throw new EvergraphException($"Qwen3: a head of {HeadSize} features has no two halves to rotate: expected an even number");
        foreach (var (name, size) in new[] { ("query heads", Heads), ("key-value heads", KeyValueHeads), ("MLP features", IntermediateSize) })
        {
            if (size % tensorParallel != 0)
                throw new EvergraphException($"Qwen3: {size} {name} do not divide over {tensorParallel} ranks: expected a multiple; use fewer ranks");
        }
    }
}
