using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>The element types that ONNX Runtime's kernels on the processor take, and in which of them a lowering computes.</summary>
/// <remarks>
/// The 16-bit types are computed in float32 and rounded once, as our own kernels do; so they are in no set of arithmetic. Integers are
/// computed in a wider type where theirs has no kernel: the low bits are the same.
/// </remarks>
internal static class KernelTypes
{
    /// <summary>Add, Sub, Mul, Div, Equal without bool, Less, Greater.</summary>
    public static readonly DTypeSet Arithmetic = DTypeSet.Of(DType.Float32, DType.Float64, DType.Int8, DType.UInt8, DType.Int32, DType.Int64);

    /// <summary>Max, Min.</summary>
    public static readonly DTypeSet Extremes = DTypeSet.Of(DType.Float32, DType.Float64, DType.Int32, DType.Int64);

    /// <summary>Neg.</summary>
    public static readonly DTypeSet Negation = DTypeSet.Of(DType.Float32, DType.Float64, DType.Int8, DType.Int32, DType.Int64);

    /// <summary>Where.</summary>
    public static readonly DTypeSet Selection = DTypeSet.Of(DType.Float32, DType.Float64, DType.UInt8, DType.Int32, DType.Int64);

    /// <summary>Expand, Tile, Pad.</summary>
    public static readonly DTypeSet Repetition = DTypeSet.Of(DType.Float32, DType.Float64, DType.Int8, DType.UInt8, DType.Int32, DType.Int64, DType.Bool);

    /// <summary>Trilu.</summary>
    public static readonly DTypeSet Triangles = DTypeSet.Of(DType.Float32, DType.Float64, DType.Int64, DType.Bool);

    /// <summary>Exp, Log, Sqrt and the like.</summary>
    public static readonly DTypeSet Functions = DTypeSet.Of(DType.Float32, DType.Float64);

    /// <summary>Functions with a kernel for float32 only.</summary>
    public static readonly DTypeSet SingleFunctions = DTypeSet.Of(DType.Float32);

    /// <summary>
    /// The type in which kernels of some types compute numbers of a type without loss: itself or the next wider one, or null.
    /// </summary>
    public static DType? ComputedIn(this DType dtype, DTypeSet kernels)
    {
        foreach (var candidate in Wider(dtype))
        {
            if (kernels.Includes(DTypeSet.Of(candidate)))
                return candidate;
        }

        return null;
    }

    private static DType[] Wider(DType dtype) => dtype switch
    {
        DType.Bool => [DType.Bool, DType.UInt8, DType.Int32, DType.Int64],
        DType.UInt8 => [DType.UInt8, DType.Int32, DType.Int64],
        DType.Int8 => [DType.Int8, DType.Int32, DType.Int64],
        DType.Int32 => [DType.Int32, DType.Int64],
        DType.Int64 => [DType.Int64],
        DType.Float64 => [DType.Float64],

        // float64 would be right for float32 too, but no kernel has that alone.
        _ => [dtype, DType.Float32],
    };
}
