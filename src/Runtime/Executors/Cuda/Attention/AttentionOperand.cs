using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>Queries, keys, values or the result on a device. Strides are in elements; the features of a head lie side by side.</summary>
/// <param name="Address">Where its first element lies.</param>
/// <param name="Batch">From one sequence to the next.</param>
/// <param name="Token">From one token to the next.</param>
/// <param name="Head">From one head to the next.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct AttentionOperand(nint Address, long Batch, long Token, long Head)
{
    /// <summary>Whether every head of every token begins at a multiple of 16 bytes, where elements have two.</summary>
    public bool IsAligned => ((Address | (nint)(2 * (Batch | Token | Head))) & 15) == 0;
}
