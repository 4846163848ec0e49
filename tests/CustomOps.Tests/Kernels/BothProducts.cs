using Evergraph.CustomOps.Kernels;
using Evergraph.CustomOps.Vectorized;

namespace Evergraph.CustomOps.Tests.Kernels;

/// <summary>The implementations of matrix products by name, for theories.</summary>
internal static class BothProducts
{
    public static string[] Names { get; } = ["plain", "vectorized"];

    public static MatrixProducts Of(string name) => name == "plain" ? PlainProducts.Instance : VectorizedProducts.Instance;
}
