using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.Sessions;

/// <summary>OrtValues: tensors as ONNX Runtime holds them.</summary>
internal static unsafe class Values
{
    /// <summary>An OrtValue over a tensor's own memory, which stays pinned as long as the value lives.</summary>
    public static nint Over(Tensor tensor, in PinnedStorage pin)
    {
        var library = OrtLibrary.Instance;
        nint value;
        fixed (long* sizes = tensor.Sizes)
        {
            OrtStatus.Check(
                library.Api,
                library.Api.CreateTensorWithData(
                    library.CpuMemory, (void*)(pin.Pointer + (nint)tensor.ByteOffset), (nuint)tensor.ByteCount,
                    sizes, (nuint)tensor.Rank, ElementTypes.Of(tensor.DType), &value),
                "describing a tensor");
        }

        return value;
    }

    /// <summary>A copy of what an OrtValue holds.</summary>
    /// <param name="value">The value.</param>
    /// <param name="dtype">Its element type, as the graph says.</param>
    public static Tensor Copy(nint value, DType dtype)
    {
        var api = OrtLibrary.Instance.Api;
        int elementType;
        long* sizes;
        nuint rank;
        void* data;
        OrtStatus.Check(api, api.GetTensorElementTypeAndShapeDataReference(value, &elementType, &sizes, &rank), "reading a result");
        OrtStatus.Check(api, api.GetTensorMutableData(value, &data), "reading a result");
        if (elementType != ElementTypes.Of(dtype))
            throw new OnnxRuntimeException("reading a result", $"expected {dtype.Name()}, given ONNX's element type {elementType}");
        var tensor = Tensor.Empty(dtype, new ReadOnlySpan<long>(sizes, (int)rank));
        new ReadOnlySpan<byte>(data, checked((int)(tensor.Elements * dtype.Size()))).CopyTo(tensor.Bytes());
        return tensor;
    }

    /// <summary>Gives an OrtValue back; 0 is none.</summary>
    public static void Release(nint value)
    {
        if (value != 0)
            OrtLibrary.Instance.Api.ReleaseValue(value);
    }
}
