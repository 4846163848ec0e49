namespace Evergraph.Runtime.Cuda.Products.Int8;

/// <summary>What of a product is records of <c>packed_sums.cuh</c>.</summary>
internal enum Int8Packing
{
    /// <summary>Nothing: the addend, if there is one, and the result are rows.</summary>
    None,

    /// <summary>The addend; the result is rows.</summary>
    Addend,

    /// <summary>The result, and the addend if there is one; there is no bias.</summary>
    Result,
}
