using Evergraph.Graph;
using Microsoft.ML.OnnxRuntime;

namespace Evergraph.Cli.Benchmarking;

/// <summary>An .onnx file in ONNX Runtime as its own C# API runs it, with all of its optimisations: what others would do.</summary>
internal sealed class OnnxFileContestant : IContestant
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private OrtValue[] _inputs = [];

    public OnnxFileContestant(FileInfo file, int threads)
    {
        if (!file.Exists)
            throw new EvergraphException($"--against {file}: there is no such file: expected an ONNX model (.onnx)");
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        try
        {
            _session = new(file.FullName, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new EvergraphException($"--against {file}: ONNX Runtime refuses it: {exception.Message}", exception);
        }
    }

    public string Name => "onnxruntime, as exported";

    public void Prepare(Tensor[] inputs)
    {
        if (inputs.Length != _session.InputNames.Count)
            throw new EvergraphException($"--against: the ONNX model has {_session.InputNames.Count} inputs: expected {inputs.Length}, as the model has");
        Release();
        _inputs = Array.ConvertAll(inputs, Value);
    }

    public void Run()
    {
        using var results = _session.Run(_options, _session.InputNames, _inputs, _session.OutputNames);
    }

    public Tensor FirstResult()
    {
        using var results = _session.Run(_options, _session.InputNames, _inputs, _session.OutputNames);
        var shape = results[0].GetTensorTypeAndShape();
        if (shape.ElementDataType != Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float)
            throw new EvergraphException($"--against: the first result has elements of {shape.ElementDataType}: expected Float");
        return Tensor.From(results[0].GetTensorDataAsSpan<float>(), shape.Shape);
    }

    public void Dispose()
    {
        Release();
        _options.Dispose();
        _session.Dispose();
    }

    private static OrtValue Value(Tensor tensor)
    {
        long[] sizes = tensor.Sizes.ToArray();
        return tensor.DType switch
        {
            DType.Int64 => OrtValue.CreateTensorValueFromMemory(tensor.ReadOnlySpan<long>().ToArray(), sizes),
            DType.Int32 => OrtValue.CreateTensorValueFromMemory(tensor.ReadOnlySpan<int>().ToArray(), sizes),
            DType.Float32 => OrtValue.CreateTensorValueFromMemory(tensor.ReadOnlySpan<float>().ToArray(), sizes),
            DType.Bool => OrtValue.CreateTensorValueFromMemory(tensor.ReadOnlySpan<bool>().ToArray(), sizes),
            _ => throw new EvergraphException($"--against: an input is {tensor.Type}: expected elements of int64, int32, float32 or bool"),
        };
    }

    private void Release()
    {
        foreach (var input in _inputs)
            input.Dispose();
        _inputs = [];
    }
}
