using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Differences of neighbours.</summary>
internal static class DifferenceLowerings
{
    // More are never written, and each is three nodes.
    private const int MostSteps = 8;

    public static void Register(LoweringTable table) => table.Add("aten::diff", Difference);

    /// <summary>x[1:] − x[:−1], so many times; of bools, whether they differ. Each difference is rounded to the result's type.</summary>
    private static bool Difference(NodeLowering node)
    {
        var dtype = node.Result.DType;
        if (node.Int("n") > MostSteps)
            return node.Decline("many differences");
        int axis = node.Axis("dim", node.Result.Rank);
        string[] parts = [.. ((string[])["prepend", "self", "append"]).Where(node.Has).Select(part => node.Rounded(part, dtype, dtype))];
        string value = node.Concat(axis, parts);
        var computed = dtype.ComputedIn(KernelTypes.Arithmetic)!.Value;
        for (long step = 0; step < node.Int("n"); step++)
        {
            string next = node.Slice(value, axis, 1, long.MaxValue), own = node.Slice(value, axis, 0, -1);
            value = dtype == DType.Bool
                ? node.Emit("Xor", [next, own])
                : node.Convert(node.Emit("Sub", [node.Widen(next, dtype, computed), node.Widen(own, dtype, computed)]), computed, dtype);
        }

        return node.Return(value);
    }
}
