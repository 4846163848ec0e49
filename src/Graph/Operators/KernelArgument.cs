namespace Evergraph.Graph;

/// <summary>
/// One argument of a kernel call: a tagged union that is filled without boxing. An executor keeps an array of these per
/// node and refills only what changes between runs.
/// </summary>
public struct KernelArgument
{
    private object? _reference;
    private long _integer;
    private double _float;
    private KernelArgumentKind _kind;

    /// <summary>An absent optional.</summary>
    public static KernelArgument None => default;

    /// <summary>A tensor.</summary>
    public static KernelArgument Of(Tensor tensor) => new() { _kind = KernelArgumentKind.Reference, _reference = tensor };

    /// <summary>A list: <c>Tensor[]</c>, <c>long[]</c>, <c>double[]</c>, <c>bool[]</c>, or a string.</summary>
    public static KernelArgument OfReference(object reference) => new() { _kind = KernelArgumentKind.Reference, _reference = reference };

    /// <summary>An integer, or an integer scalar.</summary>
    public static KernelArgument Of(long integer) => new() { _kind = KernelArgumentKind.Integer, _integer = integer };

    /// <summary>A floating-point number, or a floating-point scalar.</summary>
    public static KernelArgument Of(double number) => new() { _kind = KernelArgumentKind.Float, _float = number };

    /// <summary>A truth value, or a truth-value scalar.</summary>
    public static KernelArgument Of(bool truth) => new() { _kind = KernelArgumentKind.Bool, _integer = truth ? 1 : 0 };

    /// <summary>An element type.</summary>
    public static KernelArgument Of(DType dtype) => new() { _kind = KernelArgumentKind.DType, _integer = (long)dtype };

    /// <summary>Whether the argument is an absent optional.</summary>
    public readonly bool IsNone => _kind == KernelArgumentKind.None;

    /// <summary>The tensor.</summary>
    public readonly Tensor Tensor => (Tensor)_reference!;

    /// <summary>The tensor, or null.</summary>
    public readonly Tensor? OptionalTensor => (Tensor?)_reference;

    /// <summary>The tensors.</summary>
    public readonly Tensor[] Tensors => (Tensor[])_reference!;

    /// <summary>The tensors, some absent.</summary>
    public readonly Tensor?[] OptionalTensors => (Tensor?[])_reference!;

    /// <summary>The integer.</summary>
    public readonly long Int => _integer;

    /// <summary>The integer, or null.</summary>
    public readonly long? OptionalInt => IsNone ? null : _integer;

    /// <summary>The integers; the array is the executor's.</summary>
    public readonly long[] Ints => (long[])_reference!;

    /// <summary>The integers, or null; the array is the executor's.</summary>
    public readonly long[]? OptionalInts => (long[]?)_reference;

    /// <summary>The number.</summary>
    public readonly double Float => _float;

    /// <summary>The number, or null.</summary>
    public readonly double? OptionalFloat => IsNone ? null : _float;

    /// <summary>The numbers.</summary>
    public readonly double[] Floats => (double[])_reference!;

    /// <summary>The numbers, or null.</summary>
    public readonly double[]? OptionalFloats => (double[]?)_reference;

    /// <summary>The truth value.</summary>
    public readonly bool Bool => _integer != 0;

    /// <summary>The truth value, or null.</summary>
    public readonly bool? OptionalBool => IsNone ? null : _integer != 0;

    /// <summary>The truth values.</summary>
    public readonly bool[] Bools => (bool[])_reference!;

    /// <summary>The truth values, or null.</summary>
    public readonly bool[]? OptionalBools => (bool[]?)_reference;

    /// <summary>The text.</summary>
    public readonly string String => (string)_reference!;

    /// <summary>The text, or null.</summary>
    public readonly string? OptionalString => (string?)_reference;

    /// <summary>The element type.</summary>
    public readonly DType DType => (DType)_integer;

    /// <summary>The element type, or null.</summary>
    public readonly DType? OptionalDType => IsNone ? null : (DType)_integer;

    /// <summary>The scalar.</summary>
    public readonly Scalar Scalar => _kind switch
    {
        KernelArgumentKind.Float => _float,
        KernelArgumentKind.Bool => _integer != 0,
        _ => _integer,
    };

    /// <summary>The scalar, or null.</summary>
    public readonly Scalar? OptionalScalar => IsNone ? null : Scalar;

    private enum KernelArgumentKind : byte
    {
        None,
        Reference,
        Integer,
        Float,
        Bool,
        DType,
    }
}
