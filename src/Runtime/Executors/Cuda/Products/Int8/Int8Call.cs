namespace Evergraph.Runtime.Cuda.Products.Int8;

/// <summary>The operands of an int8 product: D = (x · wᵀ − zero_point · Σ w) · (scale · weight_scale) + bias + addend.</summary>
internal readonly record struct Int8Call
{
    /// <summary>Rows of x and of the result.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows of the weight, columns of the result.</summary>
    public required long Features { get; init; }

    /// <summary>Columns of x and of the weight.</summary>
    public required long Inputs { get; init; }

    /// <summary>int8 [rows, inputs].</summary>
    public required nint X { get; init; }

    /// <summary>int8 [features, inputs].</summary>
    public required nint Weight { get; init; }

    /// <summary>[features].</summary>
    public required nint WeightScale { get; init; }

    /// <summary>Σ over the inputs of the weight, int32 [features], or 0 where the zero-point is 0.</summary>
    public nint WeightSums { get; init; }

    /// <summary>Laid out like the result, which it may be, or packed; 0 for nothing.</summary>
    public nint Addend { get; init; }

    /// <summary>[features] of the result's type; 0 for nothing.</summary>
    public nint Bias { get; init; }

    /// <summary>[rows, features], or packed, in this device's memory or another's that it can reach.</summary>
    public required nint Result { get; init; }

    /// <summary>What is packed.</summary>
    public Int8Packing Packing { get; init; }

    /// <summary>The scale of x.</summary>
    public required double Scale { get; init; }

    /// <summary>What stands for 0 in x.</summary>
    public int ZeroPoint { get; init; }

    /// <summary>Whether the kernel can take it: it reads and writes 16 bytes at a time, and its sums fit int32.</summary>
    public bool IsSupported =>
        ((X | Weight | WeightScale | WeightSums | Addend | Bias | Result) & 15) == 0 && ZeroPoint is >= sbyte.MinValue and <= sbyte.MaxValue;
}
