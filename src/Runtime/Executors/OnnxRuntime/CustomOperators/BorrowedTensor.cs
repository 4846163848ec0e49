using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// A tensor over memory that ONNX Runtime owns and that is another in each call. One object serves all calls of a kernel, so that a call
/// allocates nothing. It is valid while the call lasts: kernels do not keep their operands.
/// </summary>
internal sealed unsafe class BorrowedTensor
{
    private readonly Storage _storage;
    private readonly int _elementSize;

    public BorrowedTensor(DType dtype, int rank, bool isReadOnly)
    {
        _elementSize = dtype.Size();

        // Nothing reads it before the first call points it somewhere; a scalar's one element must seem to fit.
        _storage = Storage.Map(0, _elementSize, this, isReadOnly);
        Tensor = new(dtype, new long[rank], _storage);
    }

    public Tensor Tensor { get; }

    public Storage Storage => _storage;

    /// <summary>Points the tensor at a call's memory.</summary>
    /// <returns>Whether its sizes are others than before.</returns>
    public bool Point(void* data, ReadOnlySpan<long> sizes)
    {
        bool changed = !sizes.SequenceEqual(Tensor.Sizes);
        if (changed)
            Tensor.Resize(sizes);
        _storage.Remap((nint)data, Tensor.Elements * _elementSize);
        return changed;
    }
}
