using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Collectives from device to device.</summary>
internal static class CollectiveLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("evergraph::all_reduce", node => Lower(node, CollectiveKind.AllReduce));
        table.Add("evergraph::all_gather", node => Lower(node, CollectiveKind.AllGather));
        table.Add("evergraph::reduce_scatter", node => Lower(node, CollectiveKind.ReduceScatter));
        table.Add("evergraph::token_shard", node => Lower(node, CollectiveKind.Split));
    }

    /// <summary>Why an operator over several ranks does not run on their devices, or null.</summary>
    public static string? WhyNot(NodeLowering node) =>
        node.Device.WhyNoCommunication
        ?? (node.Text("group") != CustomOps.ProcessGroup.TensorParallel ? $"devices communicate in group '{CustomOps.ProcessGroup.TensorParallel}' only" : null);

    private static bool Lower(NodeLowering node, CollectiveKind kind)
    {
        var x = node.Tensor("x");
        if (node.Int("tp_size") == 1)
            return node.View(x, index => index);
        if (WhyNot(node) is { } reason)
            return node.Decline(reason);
        bool isSum = kind is CollectiveKind.AllReduce or CollectiveKind.ReduceScatter;
        if (isSum && !(x.Type.DType.IsFloating() || x.Type.DType is DType.Int32 or DType.Int64))
            return node.Decline($"no sum of {x.Type.DType.Name()} over devices");
        int axis = kind == CollectiveKind.AllReduce ? 0 : node.Axis("dim", x.Type.Rank);
        var result = node.Filled(node.Node.Operator.Schema.Name, node.Result);
        node.Run(new CollectiveStep(node.Index, kind, x, result, axis, (int)node.Int("tp_size")));
        return node.Return(0, result);
    }
}
