namespace Evergraph.Runtime.Cuda.Products;

/// <summary>What is done to a product's elements before they are stored. The bias is a vector over the columns, of the result's type.</summary>
internal enum ProductEpilogue
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Adds the bias.</summary>
    Bias,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>max(x + bias, 0).</summary>
    ReluBias,

    /// <summary>x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).</summary>
    Gelu,

    /// <summary><see cref="Gelu"/> of x + bias.</summary>
    GeluBias,
}
