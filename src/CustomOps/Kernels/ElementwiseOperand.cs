using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// An operand of an elementwise kernel, read piece by piece as the type that the kernel computes in: in place where it is
/// stored so, through a buffer otherwise.
/// </summary>
/// <typeparam name="T">The type that the kernel computes in; byte stands for bool too.</typeparam>
internal readonly ref struct ElementwiseOperand<T>
    where T : unmanaged
{
    /// <summary>Elements that are converted at a time: they stay in the first-level cache.</summary>
    public const int Chunk = 512;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Span<T> _buffer;
    private readonly DType _dtype;
    private readonly DType _through;

    /// <summary>An operand.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="through">The type that elements are rounded to before they are computed with.</param>
    /// <param name="buffer">Room for one chunk.</param>
    public ElementwiseOperand(Tensor tensor, DType through, Span<T> buffer)
    {
        _bytes = tensor.ReadOnlyBytes();
        _dtype = tensor.DType;
        _buffer = buffer;
        // To a 16-bit type and back to float rounds; every other type is computed with as it is stored.
        _through = through is DType.Float16 or DType.BFloat16 ? through : _dtype;
        IsDirect = Stores(_dtype);
    }

    /// <summary>Whether the elements can be read in place.</summary>
    public bool IsDirect { get; }

    /// <summary>Whether a type's elements lie in memory as <typeparamref name="T"/>.</summary>
    public static bool Stores(DType dtype) =>
        dtype == DTypeOf<T>.Value || (dtype == DType.Bool && typeof(T) == typeof(byte));

    /// <summary>Elements in order; at most <see cref="Chunk"/> where they are not read in place.</summary>
    public ReadOnlySpan<T> Read(int start, int length)
    {
        if (IsDirect)
            return MemoryMarshal.Cast<byte, T>(_bytes).Slice(start, length);
        var part = _buffer[..length];
        int width = _dtype.Size();
        Load(_bytes.Slice(start * width, length * width), MemoryMarshal.AsBytes(part));
        return part;
    }

    /// <summary>One element again and again, at most <see cref="Chunk"/> times.</summary>
    public ReadOnlySpan<T> Repeat(int start, int length)
    {
        int width = _dtype.Size();
        var part = _buffer[..length];
        Load(_bytes.Slice(start * width, width), MemoryMarshal.AsBytes(part[..1]));
        part.Fill(part[0]);
        return part;
    }

    [SkipLocalsInit]
    private void Load(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (_through == _dtype)
        {
            Casts.Convert(source, _dtype, destination, DTypeOf<T>.Value);
            return;
        }

        Span<byte> rounded = stackalloc byte[Chunk * 2];
        rounded = rounded[..(source.Length / _dtype.Size() * 2)];
        Casts.Convert(source, _dtype, rounded, _through);
        Casts.Convert(rounded, _through, destination, DTypeOf<T>.Value);
    }
}
