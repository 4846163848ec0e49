using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.CustomOperators;
using Evergraph.Runtime.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime;

namespace Evergraph.Runtime.OnnxRuntime;

/// <summary>
/// Operators written in C# for any session of ONNX Runtime: shapes come from their fakes, numbers from the implementations that dispatch
/// chooses. It must outlive the sessions.
/// </summary>
/// <example><code>
/// using var operators = new OnnxRuntimeOperators(registry);
/// using var options = new SessionOptions();
/// operators.AddTo(options);
/// using var session = new InferenceSession("model.onnx", options);
/// </code></example>
public sealed class OnnxRuntimeOperators : IDisposable
{
    private readonly CustomOperatorSet _set;

    /// <summary>Offers every operator of a registry.</summary>
    /// <param name="operators">The operators.</param>
    /// <param name="dispatcher">Chooses implementations; the process's own where nothing is said.</param>
    /// <exception cref="OnnxRuntimeUnavailableException">There is no native library, or one of another version.</exception>
    /// <exception cref="EvergraphException">Two operators have the same name in ONNX.</exception>
    public OnnxRuntimeOperators(OperatorRegistry operators, Dispatcher? dispatcher = null) =>
        _set = new(OrtLibrary.Instance.Api, operators.Operators, dispatcher ?? Dispatcher.Default);

    /// <summary>The domain of their nodes, at version 1.</summary>
    public static string Domain => OperatorNames.Domain;

    /// <summary>The type of an operator's nodes: <c>evergraph::rms_norm.residual</c> is <c>rms_norm_residual</c>, <c>aten::add.Tensor</c> is <c>aten_add_Tensor</c>.</summary>
    public static string NameOf(OperatorDefinition definition) => OperatorNames.Of(definition);

    /// <summary>Makes them known to the sessions of these options.</summary>
    public void AddTo(SessionOptions options)
    {
        _set.AddTo(options.DangerousGetHandle());
        GC.KeepAlive(options);
    }

    /// <inheritdoc/>
    public void Dispose() => _set.Dispose();
}
