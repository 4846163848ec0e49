using Evergraph.CustomOps;

namespace Evergraph.Runtime;

/// <summary>What a rank calls: which method of the group, and for what. Its text states all that ranks compare.</summary>
internal sealed record Arrival(string Step, CollectiveCall Call)
{
    public static Arrival AllReduce(CollectiveCall call) => new("all-reduce", call);

    public static Arrival AllGather(CollectiveCall call) => new("all-gather", call);

    public static Arrival ReduceScatter(CollectiveCall call) => new("reduce-scatter", call);

    public static Arrival Barrier(CollectiveCall call) => new("exchange", call);

    public override string ToString() => $"{Step} for {Call}";
}
