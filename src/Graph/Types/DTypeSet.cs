using System.Numerics;

namespace Evergraph.Graph;

/// <summary>Some of the element types: one bit each, so that a test of "all of these are among those" costs an instruction.</summary>
public readonly record struct DTypeSet
{
    private readonly uint _bits;

    private DTypeSet(uint bits) => _bits = bits;

    /// <summary>No element type.</summary>
    public static DTypeSet None => default;

    /// <summary>Every element type.</summary>
    public static DTypeSet All { get; } = Of(Enum.GetValues<DType>());

    /// <summary>The element types in it.</summary>
    public IEnumerable<DType> DTypes
    {
        get
        {
            for (uint rest = _bits; rest != 0; rest &= rest - 1)
                yield return (DType)BitOperations.TrailingZeroCount(rest);
        }
    }

    /// <summary>The set of these.</summary>
    public static DTypeSet Of(params ReadOnlySpan<DType> dtypes)
    {
        uint bits = 0;
        foreach (var dtype in dtypes)
            bits |= 1u << (int)dtype;
        return new(bits);
    }

    /// <summary>The element types of some tensors.</summary>
    public static DTypeSet Of(ReadOnlySpan<Tensor> tensors)
    {
        uint bits = 0;
        foreach (var tensor in tensors)
            bits |= 1u << (int)tensor.DType;
        return new(bits);
    }

    /// <summary>This and one more.</summary>
    public DTypeSet With(DType dtype) => new(_bits | (1u << (int)dtype));

    /// <summary>Whether every element type of another set is in this one.</summary>
    public bool Includes(DTypeSet other) => (other._bits & ~_bits) == 0;

    /// <summary>The element types of this set that are not in another.</summary>
    public DTypeSet Except(DTypeSet other) => new(_bits & ~other._bits);

    /// <summary>The names, such as <c>float32, int64</c>.</summary>
    public override string ToString() => string.Join(", ", DTypes.Select(dtype => dtype.Name()));
}
