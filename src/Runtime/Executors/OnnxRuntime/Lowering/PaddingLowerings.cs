using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Constant padding; negative pads cut off.</summary>
internal static class PaddingLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::constant_pad_nd", node => Pad(node, node.Scalar("value")));
        table.Add("aten::pad", node => Pad(node, node.Has("value") ? node.Float("value") : 0.0));
    }

    /// <summary>Slices what is cut off, then pads. PyTorch's pads begin at the last axis; ONNX has all starts first, then all ends.</summary>
    private static bool Pad(NodeLowering node, Scalar number)
    {
        var self = node.Type("self");
        var pads = node.Dims("pad");
        var before = new Dim[self.Rank];
        var behind = new Dim[self.Rank];
        var cuts = new List<(int Axis, long Start, long End)>();
        for (int i = 0; i < pads.Length / 2; i++)
        {
            int axis = self.Rank - 1 - i;
            (before[axis], behind[axis]) = (pads[2 * i], pads[(2 * i) + 1]);
            if (before[axis].Range.Min >= 0 && behind[axis].Range.Min >= 0)
                continue;
            if (!before[axis].TryGetConstant(out long first) || !behind[axis].TryGetConstant(out long last))
                return node.Decline("a symbolic pad that may cut");
            if ((self.Shape[axis] + Math.Min(first, 0) + Math.Min(last, 0) >= 0).Proof != Truth.True)
                return node.Decline("pads that may cut more than there is");
            cuts.Add((axis, Math.Max(0, -first), last < 0 ? last : long.MaxValue));
            (before[axis], behind[axis]) = (Math.Max(0, first), Math.Max(0, last));
        }

        string value = node.Input("self");
        foreach (var (axis, start, end) in cuts)
            value = node.Slice(value, axis, start, end);
        if (before.Concat(behind).All(pad => pad.Equals(0)))
            return node.Return(value);
        var computed = self.DType.ComputedIn(KernelTypes.Repetition)!.Value;
        string fill = node.NumberOf(number, self.DType, computed);
        value = node.Emit("Pad", [node.Cast(value, self.DType, computed), node.SizeList([.. before, .. behind]), fill]);
        return node.Return(node.Cast(value, computed, self.DType));
    }
}
