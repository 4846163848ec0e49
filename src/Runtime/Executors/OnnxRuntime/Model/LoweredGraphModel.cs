using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Lowering;
using Google.Protobuf;

namespace Evergraph.Runtime.OnnxRuntime.Model;

/// <summary>A lowered graph as the bytes of a model, and beside them the weights that it names.</summary>
internal sealed class LoweredGraphModel
{
    // What ONNX Runtime must read while it optimises is small; below this a weight is simply a part of the model.
    private const long InlineBytes = 1024;

    // A location that no file has: the numbers are given by address.
    private const string Location = "weights given in memory";

    public LoweredGraphModel(LoweredGraph lowered)
    {
        Inputs = lowered.Inputs;
        Outputs = lowered.Outputs;
        var model = OnnxModel.Of(lowered.Onnx);
        long offset = 0;
        foreach (var (name, tensor) in lowered.Onnx.Weights)
        {
            long bytes = tensor.ByteCount;
            if (bytes <= InlineBytes)
            {
                model.Graph.Initializer.Add(TensorProtos.Inline(name, tensor));
                continue;
            }

            model.Graph.Initializer.Add(TensorProtos.External(name, tensor, Location, offset));
            Weights.Add(name, tensor);
            offset += bytes;
        }

        Bytes = model.ToByteString();
    }

    /// <summary>The names of the inputs.</summary>
    public string[] Inputs { get; }

    /// <summary>The names of the outputs.</summary>
    public string[] Outputs { get; }

    /// <summary>The model.</summary>
    public ByteString Bytes { get; }

    /// <summary>The weights that are not in <see cref="Bytes"/>.</summary>
    public Dictionary<string, Tensor> Weights { get; } = new(StringComparer.Ordinal);
}
