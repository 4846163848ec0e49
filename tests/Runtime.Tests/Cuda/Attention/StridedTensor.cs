using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Attention;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Attention;

/// <summary>A tensor of four axes on a device and on the host, with gaps between its rows, its innermost axis dense.</summary>
internal sealed unsafe class StridedTensor : IDisposable
{
    private readonly DType _type;
    private readonly int[] _sizes;
    private readonly long[] _strides;
    private readonly byte[] _bytes;
    private readonly DeviceMemory _memory;

    /// <summary>Lays a tensor out.</summary>
    /// <param name="device">Where.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="sizes">Its sizes.</param>
    /// <param name="order">The axes from the outermost to the innermost of the first three.</param>
    /// <param name="gap">Elements between two rows of the innermost axis.</param>
    public StridedTensor(CudaDevice device, DType type, int[] sizes, int[] order, int gap)
    {
        _type = type;
        _sizes = sizes;
        _strides = [0, 0, 0, 1];
        long stride = sizes[3] + gap;
        for (int i = 2; i >= 0; i--)
        {
            _strides[order[i]] = stride;
            stride *= sizes[order[i]];
        }

        _bytes = new byte[(stride + gap) * Elements.Size(type)];
        Array.Fill(_bytes, (byte)0xff);
        _memory = DeviceMemory.Allocate(device, _bytes.Length);
    }

    /// <summary>The tensor as an operand: its axes are batch, token, head, feature.</summary>
    public AttentionOperand Operand => new(_memory.Address, _strides[0], _strides[1], _strides[2]);

    /// <summary>The tensor as a mask: its axes are batch, head, query, key; an axis of size 1 is repeated.</summary>
    public AttentionMask Mask => new(_memory.Address, MaskStride(0), MaskStride(1), MaskStride(2), MaskStride(3));

    /// <summary>An element; a repeated one where the axis has size 1.</summary>
    public double this[int a, int b, int c, int d]
    {
        get => Elements.Read(_bytes, _type, Index(a, b, c, d));
        set => Elements.Write(_bytes, _type, Index(a, b, c, d), value);
    }

    /// <summary>Gives each element a value.</summary>
    public void Fill(Func<double> value)
    {
        for (int a = 0; a < _sizes[0]; a++)
            for (int b = 0; b < _sizes[1]; b++)
                for (int c = 0; c < _sizes[2]; c++)
                    for (int d = 0; d < _sizes[3]; d++)
                        this[a, b, c, d] = value();
    }

    /// <summary>Copies all to the device.</summary>
    public void Upload(CudaStream stream)
    {
        fixed (byte* host = _bytes)
            stream.CopyToDevice(_memory.Address, (nint)host, _bytes.Length);
        stream.Synchronize();
    }

    /// <summary>Copies all from the device.</summary>
    /// <returns>How many bytes of the gaps changed.</returns>
    public int Download(CudaStream stream)
    {
        fixed (byte* host = _bytes)
            stream.CopyToHost((nint)host, _memory.Address, _bytes.Length);
        stream.Synchronize();
        var isElement = new bool[_bytes.Length];
        int size = Elements.Size(_type);
        for (int a = 0; a < _sizes[0]; a++)
            for (int b = 0; b < _sizes[1]; b++)
                for (int c = 0; c < _sizes[2]; c++)
                    isElement.AsSpan((int)(Index(a, b, c, 0) * size), _sizes[3] * size).Fill(true);
        return _bytes.Index().Count(entry => !isElement[entry.Index] && entry.Item != 0xff);
    }

    public void Dispose() => _memory.Dispose();

    private long MaskStride(int axis) => _sizes[axis] == 1 ? 0 : _strides[axis];

    private long Index(int a, int b, int c, int d) => Offset(0, a) + Offset(1, b) + Offset(2, c) + Offset(3, d);

    private long Offset(int axis, int index) => _sizes[axis] == 1 ? 0 : index * _strides[axis];
}
