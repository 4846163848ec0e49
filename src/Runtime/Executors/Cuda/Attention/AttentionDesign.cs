namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>The kernels for tensor cores.</summary>
internal enum AttentionDesign
{
    /// <summary><c>attention.cu</c>: products of warps, from compute capability 8.0 on.</summary>
    TensorCores,

    /// <summary><c>attention_hopper.cu</c>: products of warpgroups, on compute capability 9.0a.</summary>
    Warpgroups,

    /// <summary><c>attention_pipelined.cu</c>: products of warpgroups, with one more that loads, on compute capability 9.0a.</summary>
    Pipelined,
}
