namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>How one call is spread over a device.</summary>
/// <param name="Tile">Which of the plan's tiles.</param>
/// <param name="RowTiles">Blocks along the rows.</param>
/// <param name="Splits">Parts of the keys; more than 1 need a workspace.</param>
/// <param name="TilesPerSplit">Tiles of keys in a part.</param>
internal readonly record struct AttentionSchedule(int Tile, int RowTiles, int Splits, int TilesPerSplit);
