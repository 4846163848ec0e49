using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Format;
using Google.Protobuf;
using Kind = Evergraph.Runtime.OnnxRuntime.Format.AttributeProto.Types.AttributeType;

namespace Evergraph.Runtime.OnnxRuntime.Model;

/// <summary>Attributes of ONNX nodes.</summary>
internal static class Attributes
{
    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = Kind.Int, I = value };

    public static AttributeProto Int(string name, bool value) => Int(name, value ? 1 : 0);

    public static AttributeProto Float(string name, double value) => new() { Name = name, Type = Kind.Float, F = (float)value };

    public static AttributeProto Text(string name, string value) => new() { Name = name, Type = Kind.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Ints(string name, params IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = Kind.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    public static AttributeProto Floats(string name, params IEnumerable<double> values)
    {
        var attribute = new AttributeProto { Name = name, Type = Kind.Floats };
        attribute.Floats.AddRange(values.Select(value => (float)value));
        return attribute;
    }

    public static AttributeProto Value(string name, Tensor value) => new() { Name = name, Type = Kind.Tensor, T = TensorProtos.Inline("", value) };
}
