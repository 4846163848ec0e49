using Evergraph.Runtime.OnnxRuntime.Lowering;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Evergraph.Runtime.OnnxRuntime;

/// <summary>How the sessions of the ONNX Runtime backend are made. Records compare by value, <see cref="Configure"/> by the delegate.</summary>
public sealed record OnnxRuntimeOptions
{
    /// <summary>Threads that share the work of one operator, on each rank; null for the machine's cores divided by the ranks, at least 1.</summary>
    public int? Threads { get; init; }

    /// <summary>The least severe of ONNX Runtime's messages that goes to the compile options' log.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>Called with each session's options last, for all that the official API offers and this does not.</summary>
    public Action<SessionOptions>? Configure { get; init; }

    /// <summary>Which operators become nodes of ONNX, or null for all that can: tests and measurements let more run as C# code.</summary>
    internal LoweringTable? Lowerings { get; init; }
}
