namespace Evergraph.Graph;

/// <summary>Facts about element types, and PyTorch's rules for mixing them.</summary>
public static class DTypes
{
    /// <summary>Every element type, in declaration order.</summary>
    public static IReadOnlyList<DType> All { get; } = Enum.GetValues<DType>();

    /// <summary>Bytes that one element takes.</summary>
    public static int Size(this DType dtype) => dtype switch
    {
        DType.Float64 or DType.Int64 => 8,
        DType.Float32 or DType.Int32 => 4,
        DType.Float16 or DType.BFloat16 => 2,
        _ => 1,
    };

    /// <summary>Whether the type is one of the four floating-point types.</summary>
    public static bool IsFloating(this DType dtype) => dtype <= DType.BFloat16;

    /// <summary>Whether the type is an integer type; bool is not one.</summary>
    public static bool IsInteger(this DType dtype) => dtype is >= DType.Int8 and <= DType.Int64;

    /// <summary>The name that text, errors and files use, such as <c>float32</c>.</summary>
    public static string Name(this DType dtype) => dtype switch
    {
        DType.Float32 => "float32",
        DType.Float64 => "float64",
        DType.Float16 => "float16",
        DType.BFloat16 => "bfloat16",
        DType.Int8 => "int8",
        DType.UInt8 => "uint8",
        DType.Int32 => "int32",
        DType.Int64 => "int64",
        DType.Bool => "bool",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a DType"),
    };

    /// <summary>Reads what <see cref="Name"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out DType dtype)
    {
        foreach (var candidate in All)
        {
            if (name.SequenceEqual(candidate.Name()))
            {
                dtype = candidate;
                return true;
            }
        }

        dtype = default;
        return false;
    }

    /// <summary>
    /// The type that arithmetic on two tensors of one category computes in. It is the join of PyTorch's promotion
    /// lattice: bool ≤ uint8, int8 ≤ int32 ≤ int64 ≤ float16, bfloat16 ≤ float32 ≤ float64, where uint8 with int8
    /// needs int16 (which we do not have, so int32) and float16 with bfloat16 needs float32.
    /// </summary>
    public static DType Promote(DType a, DType b)
    {
        if (a == b)
            return a;
        if (a.Rank() < b.Rank())
            (a, b) = (b, a);
        if (a.Rank() > b.Rank())
            return a;
        return a.IsFloating() ? DType.Float32 : DType.Int32;
    }

    /// <summary>
    /// PyTorch's category of a type: 0 bool, 1 integer, 2 floating. A number or a 0-d tensor changes the result type of
    /// an operation only when its category is higher than that of the tensors with dimensions.
    /// </summary>
    public static int Category(this DType dtype) => dtype == DType.Bool ? 0 : dtype.IsInteger() ? 1 : 2;

    private static int Rank(this DType dtype) => dtype switch
    {
        DType.Bool => 0,
        DType.UInt8 or DType.Int8 => 1,
        DType.Int32 => 2,
        DType.Int64 => 3,
        DType.Float16 or DType.BFloat16 => 4,
        DType.Float32 => 5,
        _ => 6,
    };
}
