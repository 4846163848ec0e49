using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Aten;

/// <summary>Stores the float64 statistics of a norm in the type that its schema gives them.</summary>
internal static class Statistics
{
    /// <summary>Rounds numbers into a tensor of as many elements.</summary>
    public static void Store(ReadOnlySpan<double> numbers, Tensor target) =>
        Casts.Convert(MemoryMarshal.AsBytes(numbers), DType.Float64, target.Bytes(), target.DType);
}
