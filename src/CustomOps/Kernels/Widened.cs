using System.Buffers;

namespace Evergraph.CustomOps;

/// <summary>
/// A tensor as a kernel computes with it: float64 and float32 as they are, the 16-bit types as a float32 copy in rented
/// memory. A kernel is so written for two types, and the 16-bit types are rounded once, at the end, as PyTorch does.
/// Integers stay as they are.
/// </summary>
internal readonly struct Widened : IDisposable
{
    private readonly byte[]? _rented;
    private readonly Tensor _original;

    private Widened(Tensor original, Tensor tensor, byte[]? rented)
    {
        _original = original;
        Tensor = tensor;
        _rented = rented;
    }

    /// <summary>The tensor to compute with.</summary>
    public Tensor Tensor { get; }

    /// <summary>The type that a kernel computes in for a stored type.</summary>
    public static DType Of(DType stored) => stored.Size() == 2 ? DType.Float32 : stored;

    /// <summary>An operand.</summary>
    public static Widened Read(Tensor tensor)
    {
        if (tensor.DType == Of(tensor.DType))
            return new(tensor, tensor, null);
        var copy = Rent(DType.Float32, tensor.Sizes, out byte[] rented);
        Casts.Convert(tensor.ReadOnlyBytes(), tensor.DType, copy.Bytes(), DType.Float32);
        return new(tensor, copy, rented);
    }

    /// <summary>An operand that may be absent; the tensor is null then.</summary>
    public static Widened ReadOptional(Tensor? tensor) => tensor is null ? default : Read(tensor);

    /// <summary>An operand after conversion to another type.</summary>
    public static Widened Read(Tensor tensor, DType dtype)
    {
        if (tensor.DType == dtype)
            return Read(tensor);
        var converted = Rent(dtype, tensor.Sizes, out byte[] rented);
        Casts.Convert(tensor.ReadOnlyBytes(), tensor.DType, converted.Bytes(), dtype);
        if (dtype == Of(dtype))
            return new(tensor, converted, rented);
        using var rounded = new Widened(tensor, converted, rented);
        var widened = Read(converted);
        return widened;
    }

    /// <summary>A result; <see cref="Round"/> must follow when it is filled.</summary>
    public static Widened Write(Tensor tensor) => tensor.DType == Of(tensor.DType)
        ? new(tensor, tensor, null)
        : new(tensor, Rent(DType.Float32, tensor.Sizes, out byte[] rented), rented);

    /// <summary>Rounds the finished result to its own type, and returns it.</summary>
    public Tensor Round()
    {
        if (_rented is not null)
            Casts.Convert(Tensor.ReadOnlyBytes(), DType.Float32, _original.Bytes(), _original.DType);
        return _original;
    }

    /// <summary>Gives rented memory back.</summary>
    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }

    private static Tensor Rent(DType dtype, ReadOnlySpan<long> sizes, out byte[] rented)
    {
        long bytes = dtype.Size();
        foreach (long size in sizes)
            bytes *= size;
        if (bytes > Array.MaxLength)
            throw new EvergraphException($"a {dtype.Name()} copy of [{string.Join(", ", sizes.ToArray())}] takes {bytes} bytes: expected at most {Array.MaxLength}; split the tensor");
        rented = ArrayPool<byte>.Shared.Rent((int)bytes);
        return new(dtype, sizes.ToArray(), Storage.Wrap(rented));
    }
}
