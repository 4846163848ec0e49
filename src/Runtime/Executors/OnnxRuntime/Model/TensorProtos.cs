using System.Globalization;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Format;
using Evergraph.Runtime.OnnxRuntime.Native;
using Google.Protobuf;

namespace Evergraph.Runtime.OnnxRuntime.Model;

/// <summary>Tensors in an ONNX model: with their numbers inside, or with a note of where they are.</summary>
internal static class TensorProtos
{
    /// <summary>A tensor with its numbers inside.</summary>
    public static TensorProto Inline(string name, Tensor tensor)
    {
        var proto = Describe(name, tensor);
        proto.RawData = ByteString.CopyFrom(tensor.ReadOnlyBytes());
        return proto;
    }

    /// <summary>A tensor with its numbers inside, which are not copied: the memory must last until the model is written.</summary>
    public static TensorProto Over(string name, Tensor tensor, ReadOnlyMemory<byte> numbers)
    {
        var proto = Describe(name, tensor);
        proto.RawData = UnsafeByteOperations.UnsafeWrap(numbers);
        return proto;
    }

    /// <summary>A tensor whose numbers are in a file beside the model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="location">The file's name.</param>
    /// <param name="offset">Where in the file its numbers begin, in bytes.</param>
    public static TensorProto External(string name, Tensor tensor, string location, long offset)
    {
        var proto = Describe(name, tensor);
        Place(proto, location, offset, tensor.ByteCount);
        return proto;
    }

    /// <summary>Notes where the numbers of a tensor are.</summary>
    public static void Place(TensorProto proto, string location, long offset, long bytes)
    {
        proto.DataLocation = TensorProto.Types.DataLocation.External;
        proto.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = bytes.ToString(CultureInfo.InvariantCulture) });
    }

    private static TensorProto Describe(string name, Tensor tensor)
    {
        var proto = new TensorProto { DataType = ElementTypes.Of(tensor.DType) };
        if (name.Length > 0)
            proto.Name = name;
        proto.Dims.AddRange(tensor.Sizes.ToArray());
        return proto;
    }
}
