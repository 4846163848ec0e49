using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Format;
using Evergraph.Runtime.OnnxRuntime.Lowering;
using Evergraph.Runtime.OnnxRuntime.Model;
using Evergraph.Runtime.OnnxRuntime.Sessions;
using Google.Protobuf;

namespace Evergraph.Runtime.OnnxRuntime.Saving;

/// <summary>Writes what one rank runs of a graph: a model, and a file of weights beside it where they do not fit.</summary>
internal sealed class OnnxFileWriter
{
    // What tools look into while they read a model is small, and stays in it.
    private const long InlineBytes = 1024;
    private const int BufferBytes = 1 << 20;

    private readonly OnnxFileOptions _options;
    private readonly ModelProto _model;
    private readonly List<(string Name, Tensor Tensor)> _weights;

    public OnnxFileWriter(TensorGraph graph, int rank, OnnxFileOptions options)
    {
        _options = options;
        var parameters = new RankParameters(graph, new(graph), rank);
        var lowered = GraphLowering.Lower(graph, parameters.Weights, LoweringTable.Default, Dispatcher.Default, isPortable: true);
        _model = OnnxModel.Of(lowered.Onnx);
        GraphMetadata.Add(_model, graph, lowered, rank, options.Ranks);
        _weights = [.. lowered.Onnx.Weights.Select(weight => (weight.Key, weight.Value))];

        // An input with an initializer of its name need not be given.
        _weights.AddRange(parameters.Buffers.Select((buffer, i) => (lowered.Inputs[graph.Inputs.Length + i], buffer)));
    }

    /// <summary>Writes the files.</summary>
    public void Write(string path, PendingFiles files)
    {
        if (_model.CalculateSize() + _weights.Sum(weight => weight.Tensor.ByteCount) <= _options.MaxModelBytes)
            WriteWhole(path, files);
        else
            WriteWithData(path, files);
    }

    private void WriteWhole(string path, PendingFiles files)
    {
        var memories = _weights.Select(weight => new StorageMemory(weight.Tensor)).ToList();
        try
        {
            for (int i = 0; i < memories.Count; i++)
                _model.Graph.Initializer.Add(TensorProtos.Over(_weights[i].Name, _weights[i].Tensor, memories[i].Memory));
            WriteModel(path, files);
        }
        finally
        {
            foreach (IDisposable memory in memories)
                memory.Dispose();
        }
    }

    private void WriteWithData(string path, PendingFiles files)
    {
        string dataPath = $"{path}.data";
        string location = Path.GetFileName(dataPath);
        using (var stream = files.Create(dataPath))
        {
            var data = new ExternalData(stream);
            foreach (var constant in _model.Graph.Initializer.Where(constant => constant.RawData.Length > InlineBytes))
            {
                TensorProtos.Place(constant, location, data.Add(constant.RawData.Span), constant.RawData.Length);
                constant.ClearRawData();
            }

            foreach (var (name, tensor) in _weights)
            {
                _model.Graph.Initializer.Add(tensor.ByteCount > InlineBytes
                    ? TensorProtos.External(name, tensor, location, data.Add(tensor))
                    : TensorProtos.Inline(name, tensor));
            }
        }

        WriteModel(path, files);
    }

    private void WriteModel(string path, PendingFiles files)
    {
        using var stream = files.Create(path);
        using var output = new CodedOutputStream(stream, BufferBytes, leaveOpen: true);
        _model.WriteTo(output);
    }
}
