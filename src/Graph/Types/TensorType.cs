namespace Evergraph.Graph;

/// <summary>What is known of a tensor before it exists: element type and symbolic sizes. Values are dense and row-major.</summary>
public sealed record TensorType(DType DType, Shape Shape)
{
    /// <summary>How many dimensions there are.</summary>
    public int Rank => Shape.Rank;

    /// <summary>Bytes that a value of this type takes.</summary>
    public Dim Bytes => Shape.Elements * DType.Size();

    /// <summary>This type with symbols replaced by expressions.</summary>
    public TensorType Substitute(Func<Symbol, Dim> replacement) => new(DType, Shape.Substitute(replacement));

    /// <summary>Text such as <c>float32[s0, 64]</c>.</summary>
    public override string ToString() => DType.Name() + Shape.ToString();
}
