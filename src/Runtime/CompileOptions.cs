using Evergraph.CustomOps;
using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Layers;
using Evergraph.Graph;
using Evergraph.Passes;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.OnnxRuntime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evergraph.Runtime;

/// <summary>How a graph is compiled.</summary>
public sealed record CompileOptions
{
    private static readonly OperatorRegistry HouseOperators = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    /// <summary>
    /// The name of the backend that runs it, or null for the best on this machine: <c>onnxruntime</c> where its library loads, otherwise
    /// <c>reference</c>. Which one it is, and why, is logged.
    /// </summary>
    public string? Backend { get; init; }

    /// <summary>How many ranks share the model, at least 1.</summary>
    public int TensorParallel { get; init; } = 1;

    /// <summary>Which linear layers are split over the ranks, or null for the usual names.</summary>
    public TensorParallelPlan? Plan { get; init; }

    /// <summary>What the maybe-FlashComm operators shall do, or null to leave communication as the model has it.</summary>
    public FlashCommOptions? FlashComm { get; init; }

    /// <summary>
    /// Which linear layers compute in int8 and how, or null for none. <see cref="Calibration"/> finds the ranges that static
    /// activations need.
    /// </summary>
    public QuantizationOptions? Quantization { get; init; }

    /// <summary>The passes, in order: none for an empty list, those of <see cref="PassPipelines.Default"/> for null.</summary>
    public IReadOnlyList<IPass>? Passes { get; init; }

    /// <summary>The operators that passes make nodes of; the house's own where nothing else is said.</summary>
    public OperatorRegistry Operators { get; init; } = HouseOperators;

    /// <summary>Chooses the implementations that nodes run; the process's own where nothing else is said.</summary>
    public Dispatcher Dispatcher { get; init; } = Dispatcher.Default;

    /// <summary>How sessions of the ONNX Runtime backend are made; other backends do not read it.</summary>
    public OnnxRuntimeOptions OnnxRuntime { get; init; } = new();

    /// <summary>How graphs run on the CUDA backend; other backends do not read it.</summary>
    public CudaOptions Cuda { get; init; } = new();

    /// <summary>
    /// Where graphs that were compiled are kept and found again, or null to compile each time. <see cref="Operators"/>,
    /// <see cref="Passes"/>, <see cref="Plan"/>, the filter and the ranges of <see cref="Quantization"/>, and parameters are compared as
    /// objects: keep them, or nothing is found again.
    /// </summary>
    public CompileCache? Cache { get; init; }

    /// <summary>Where compile events are logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
