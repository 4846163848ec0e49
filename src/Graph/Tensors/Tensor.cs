using System.Runtime.InteropServices;

namespace Evergraph.Graph;

/// <summary>
/// A dense row-major tensor: real, with numbers in a storage, or traced, a value of the graph that is being recorded.
/// Model code is written once over both.
/// </summary>
public sealed class Tensor
{
    private readonly long[]? _sizes;
    private readonly Storage? _storage;
    private long _elements;
    private readonly long _byteOffset;
    private TensorType? _type;

    /// <summary>A real tensor over part of a storage.</summary>
    /// <param name="dtype">The element type.</param>
    /// <param name="sizes">The sizes, each at least 0; the array is the tensor's from here on.</param>
    /// <param name="storage">Where the elements lie, dense and row-major.</param>
    /// <param name="byteOffset">Where in the storage they begin.</param>
    /// <exception cref="EvergraphException">The elements do not fit, or there are more than 2³¹ − 1.</exception>
    public Tensor(DType dtype, long[] sizes, Storage storage, long byteOffset = 0)
    {
        DType = dtype;
        _sizes = sizes;
        _storage = storage;
        _byteOffset = byteOffset;
        _elements = CountElements(sizes);
        if (byteOffset < 0 || byteOffset > storage.Length - ByteCount)
        {
            throw new EvergraphException(
                $"a {dtype.Name()}[{string.Join(", ", sizes)}] at byte {byteOffset} needs {ByteCount} bytes: the storage has {storage.Length}");
        }
    }

    /// <summary>A traced tensor: one value of a graph that is being recorded.</summary>
    public Tensor(TracedValue traced)
    {
        Traced = traced;
        DType = traced.Type.DType;
        _type = traced.Type;
    }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The value that this tensor stands for while tracing, or null for a real tensor.</summary>
    public TracedValue? Traced { get; }

    /// <summary>Whether there are no numbers here, only a value of a graph.</summary>
    public bool IsTraced => Traced is not null;

    /// <summary>Element type and sizes, symbolic where the tensor is traced.</summary>
    public TensorType Type => _type ??= new(DType, Shape.FromSizes(_sizes));

    /// <summary>The sizes, symbolic where the tensor is traced.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>How many dimensions there are.</summary>
    public int Rank => _sizes?.Length ?? Type.Rank;

    /// <summary>The sizes of a real tensor.</summary>
    public ReadOnlySpan<long> Sizes => _sizes ?? throw NotReal();

    /// <summary>How many elements a real tensor has.</summary>
    public long Elements => IsTraced ? throw NotReal() : _elements;

    /// <summary>How many bytes a real tensor's elements take.</summary>
    public long ByteCount => Elements * DType.Size();

    /// <summary>The storage of a real tensor.</summary>
    public Storage Storage => _storage ?? throw NotReal();

    /// <summary>Where in its storage a real tensor begins, in bytes.</summary>
    public long ByteOffset => _byteOffset;

    /// <summary>New memory for a tensor of these sizes, not cleared.</summary>
    public static Tensor Empty(DType dtype, params ReadOnlySpan<long> sizes)
    {
        long bytes = CountElements(sizes) * dtype.Size();
        var storage = TensorAllocator.Current is { } allocator ? allocator.Allocate(bytes) : Storage.Allocate(bytes);
        return new(dtype, sizes.ToArray(), storage);
    }

    /// <summary>A tensor of zeros.</summary>
    public static Tensor Zeros(DType dtype, params ReadOnlySpan<long> sizes)
    {
        var tensor = Empty(dtype, sizes);
        tensor.Bytes().Clear();
        return tensor;
    }

    /// <summary>A tensor with a copy of these elements in row-major order.</summary>
    /// <exception cref="EvergraphException">The number of elements is not the product of the sizes.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> elements, params ReadOnlySpan<long> sizes)
        where T : unmanaged
    {
        long count = CountElements(sizes);
        if (count != elements.Length)
        {
            throw new EvergraphException(
                $"a tensor of sizes [{string.Join(", ", sizes.ToArray())}] has {count} elements: given {elements.Length}");
        }

        var tensor = Empty(DTypeOf<T>.Value, sizes);
        elements.CopyTo(tensor.Span<T>());
        return tensor;
    }

    /// <summary>A tensor with a copy of these elements in row-major order.</summary>
    public static Tensor From<T>(T[] elements, params ReadOnlySpan<long> sizes)
        where T : unmanaged => From((ReadOnlySpan<T>)elements, sizes);

    /// <summary>A tensor without dimensions.</summary>
    public static Tensor Scalar<T>(T value)
        where T : unmanaged => From([value]);

    /// <summary>The elements to read, in row-major order.</summary>
    /// <exception cref="EvergraphException"><typeparamref name="T"/> does not store this element type.</exception>
    public ReadOnlySpan<T> ReadOnlySpan<T>()
        where T : unmanaged
    {
        CheckElement<T>();
        return MemoryMarshal.Cast<byte, T>(ReadOnlyBytes());
    }

    /// <summary>The elements to write, in row-major order. Only the kernel that made a tensor writes it.</summary>
    /// <exception cref="EvergraphException"><typeparamref name="T"/> does not store this element type.</exception>
    public Span<T> Span<T>()
        where T : unmanaged
    {
        CheckElement<T>();
        return MemoryMarshal.Cast<byte, T>(Bytes());
    }

    /// <summary>The elements' bytes to read.</summary>
    public ReadOnlySpan<byte> ReadOnlyBytes() => Storage.Read(_byteOffset, checked((int)ByteCount));

    /// <summary>The elements' bytes to write.</summary>
    public Span<byte> Bytes() => Storage.Write(_byteOffset, checked((int)ByteCount));

    /// <summary>The same elements under other sizes, in the same storage. Operators must copy instead: no output aliases an input.</summary>
    /// <exception cref="EvergraphException">The number of elements differs.</exception>
    public Tensor Reinterpret(params ReadOnlySpan<long> sizes)
    {
        if (CountElements(sizes) != Elements)
        {
            throw new EvergraphException(
                $"{Type} cannot be seen as [{string.Join(", ", sizes.ToArray())}]: expected {Elements} elements, given {CountElements(sizes)}");
        }

        return new(DType, sizes.ToArray(), Storage, _byteOffset);
    }

    /// <summary>A copy in memory of its own.</summary>
    public Tensor Clone()
    {
        var copy = Empty(DType, Sizes);
        ReadOnlyBytes().CopyTo(copy.Bytes());
        return copy;
    }

    /// <summary>Gives a tensor over memory from outside .NET the sizes of this call; the rank stays.</summary>
    internal void Resize(ReadOnlySpan<long> sizes)
    {
        sizes.CopyTo(_sizes);
        _elements = CountElements(sizes);
        _type = null;
    }

    /// <summary>The element type and sizes, and whether the tensor is traced.</summary>
    public override string ToString() => IsTraced ? $"traced {Type}" : Type.ToString();

    private static long CountElements(ReadOnlySpan<long> sizes)
    {
        Int128 count = 1;
        foreach (long size in sizes)
        {
            if (size < 0)
                throw new EvergraphException($"a tensor's sizes are at least 0: given [{string.Join(", ", sizes.ToArray())}]");
            // Saturating keeps the product defined while a later size of 0 can still bring it down.
            count = Int128.Min(count * size, Int128.MaxValue >> 64);
        }

        return count <= int.MaxValue ? (long)count : throw new EvergraphException(
            $"a tensor of sizes [{string.Join(", ", sizes.ToArray())}] has too many elements: expected at most {int.MaxValue}");
    }

    private void CheckElement<T>()
        where T : unmanaged
    {
        if (DTypeOf<T>.Value != DType)
            throw new EvergraphException($"a {Type} does not hold {typeof(T).Name}: its elements are {DType.Name()}");
    }

    private EvergraphException NotReal() => new(
        $"the numbers of a traced {Type} are not known while tracing: put code that reads numbers inside an operator");
}
