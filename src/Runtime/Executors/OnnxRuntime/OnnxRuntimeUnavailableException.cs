using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime;

/// <summary>ONNX Runtime's native library cannot be used here: it is not there, does not load, or is of another version.</summary>
public sealed class OnnxRuntimeUnavailableException : EvergraphException
{
    /// <summary>Creates the error.</summary>
    public OnnxRuntimeUnavailableException(string message)
        : base($"ONNX Runtime cannot be used: {message}")
    {
    }
}
