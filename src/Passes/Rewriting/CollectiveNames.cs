namespace Evergraph.Passes;

/// <summary>The operators of communication that passes add and look for.</summary>
internal static class CollectiveNames
{
    public const string AllGather = "evergraph::all_gather";
    public const string AllReduce = "evergraph::all_reduce";
    public const string ReduceScatter = "evergraph::reduce_scatter";
    public const string TokenShard = "evergraph::token_shard";
}
