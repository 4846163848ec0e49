using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Layers;
using Evergraph.Graph;
using Evergraph.Graph.Text;
using Evergraph.Passes;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.OnnxRuntime;

namespace Evergraph.Runtime;

/// <summary>
/// What a compiled graph depends on: the graph's text, its parameters by identity, the options, the dispatcher that its runs ask, and
/// which implementations that chooses for its operators.
/// </summary>
internal sealed record CompileKey(
    string Graph,
    EquatableArray<ParameterIdentity> Parameters,
    string Backend,
    int TensorParallel,
    TensorParallelPlan? Plan,
    FlashCommOptions? FlashComm,
    QuantizationOptions? Quantization,
    IReadOnlyList<IPass>? Passes,
    OperatorRegistry Operators,
    Dispatcher Dispatcher,
    OnnxRuntimeOptions OnnxRuntime,
    CudaOptions Cuda,
    string Choices)
{
    public static CompileKey Of(TensorGraph graph, IBackend backend, CompileOptions options) => new(
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(GraphPrinter.Print(graph)))),
        graph.Parameters.Select(parameter => new ParameterIdentity(parameter.Data)).ToEquatableArray(),
        backend.Name,
        options.TensorParallel,
        options.Plan,
        options.FlashComm,
        options.Quantization,
        options.Passes,
        options.Operators,
        options.Dispatcher,
        options.OnnxRuntime,
        options.Cuda,

        // Passes bring in operators that the graph does not have yet, and compute some of them.
        options.Dispatcher.HashOf(graph.Nodes.Select(node => node.Operator).Union(options.Operators.Operators)));
}

/// <summary>A tensor compared as an object: parameters are large, and the same model has the same ones.</summary>
internal readonly struct ParameterIdentity(Tensor tensor) : IEquatable<ParameterIdentity>
{
    private readonly Tensor _tensor = tensor;

    public bool Equals(ParameterIdentity other) => ReferenceEquals(_tensor, other._tensor);

    public override bool Equals(object? obj) => obj is ParameterIdentity other && Equals(other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(_tensor);
}
