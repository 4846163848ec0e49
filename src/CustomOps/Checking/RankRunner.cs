namespace Evergraph.CustomOps.Checking;

/// <summary>
/// Runs a function on every rank of a fresh group at the same time, each on a thread of its own where the group is in
/// force, and gives back the results by rank. An error on a rank comes out.
/// </summary>
/// <param name="ranks">How many ranks the group has.</param>
/// <param name="onRank">What one rank does.</param>
public delegate Tensor[][] RankRunner(int ranks, Func<int, Tensor[]> onRank);
