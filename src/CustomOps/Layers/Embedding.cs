namespace Evergraph.CustomOps.Layers;

/// <summary>A table of vectors that token ids look up; every rank has all of it.</summary>
public sealed class Embedding : Module
{
    /// <summary>Creates the layer.</summary>
    /// <param name="weight">[vocabulary, features].</param>
    public Embedding(Tensor weight) => Weight = Add(new Parameter("weight", weight));

    /// <summary>The table, [vocabulary, features].</summary>
    public Parameter Weight { get; }

    /// <summary>Ids […] to vectors […, features].</summary>
    public Tensor Forward(Tensor ids)
    {
        using var scope = Enter();
        return Aten.Embedding.Invoke(Weight.Value, ids);
    }
}
