using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>A mask on a device. Strides are in elements, 0 where it is repeated.</summary>
/// <param name="Address">Where its first element lies; 0 without a mask.</param>
/// <param name="Batch">From one sequence to the next.</param>
/// <param name="Head">From one head of queries to the next.</param>
/// <param name="Query">From one query to the next.</param>
/// <param name="Key">From one key to the next.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct AttentionMask(nint Address, long Batch, long Head, long Query, long Key);
