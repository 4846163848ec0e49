using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>What an attention mask that is computed from positions does.</summary>
internal enum PositionMask
{
    /// <summary>It is not known, or hides something else.</summary>
    Other,

    /// <summary>It hides nothing.</summary>
    Nothing,

    /// <summary>Query i sees the keys j ≤ i.</summary>
    Causal,
}

/// <summary>Tells what masks do.</summary>
internal static class PositionMasks
{
    /// <summary>What is proven of a mask; of numbers the least of the type is as good as −∞.</summary>
    public static PositionMask Of(Value mask, IndexValues values)
    {
        var type = values.TypeOf(mask);
        return values.Of(mask) switch
        {
            IndexValue.Everywhere known when known.Number == (type.DType == DType.Bool ? 1 : 0) => PositionMask.Nothing,
            IndexValue.Where known when IsCausal(known, type) || IsCausal(known.Opposite, type) => PositionMask.Causal,
            _ => PositionMask.Other,
        };
    }

    // Row i sees column j where f(i − j) ≥ 0 with f > 0.
    private static bool IsCausal(IndexValue.Where mask, TensorType type)
    {
        var (form, rank) = (mask.Form, type.Rank);
        if (!form.Constant.Equals(0) || rank < 2 || form.Steps.Take(rank - 2).Any(step => !step.Equals(0)))
            return false;
        return form.Steps[rank - 2].Range.Min > 0 && form.Steps[rank - 1].Equals(-form.Steps[rank - 2])
            && (type.DType == DType.Bool ? mask is { Yes: 1, No: 0 } : mask.Yes == 0 && mask.No <= Least(type.DType));
    }

    private static double Least(DType dtype) => dtype switch
    {
        DType.Float64 => double.MinValue,
        DType.Float32 => float.MinValue,
        DType.Float16 => (double)Half.MinValue,
        _ => (float)BFloat16.FromBits(0xFF7F),
    };
}
