namespace Evergraph.Runtime.Cuda.Products.Int8;

/// <summary>What a <see cref="TensorMap"/> is made of.</summary>
/// <param name="Address">The first byte, at a multiple of 16.</param>
/// <param name="Rows">Rows of the matrix.</param>
/// <param name="Columns">Its bytes in a row, a multiple of 16.</param>
/// <param name="BoxRows">Rows of a box, 256 at most.</param>
internal readonly record struct TensorMapKey(nint Address, int Rows, int Columns, int BoxRows);
