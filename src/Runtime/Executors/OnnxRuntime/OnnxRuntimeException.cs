using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime;

/// <summary>ONNX Runtime refused something; the message is its own, with the place where it was asked.</summary>
public sealed class OnnxRuntimeException : EvergraphException
{
    /// <summary>Creates the error.</summary>
    /// <param name="place">What was asked of ONNX Runtime.</param>
    /// <param name="message">Its answer.</param>
    public OnnxRuntimeException(string place, string message)
        : base($"ONNX Runtime, {place}: {message}")
    {
    }
}
