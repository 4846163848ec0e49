using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.CustomOperators;
using Evergraph.Runtime.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime;

namespace Evergraph.Runtime.OnnxRuntime;

/// <summary>
/// Operators written in C# for sessions of the official ONNX Runtime API: models, also those of other tools, use them as nodes of the domain
/// <c>evergraph</c>, version 1.
/// </summary>
/// <remarks>
/// A node's name is the operator's without the house's own namespace, with <c>_</c> for <c>::</c> and <c>.</c>:
/// <c>evergraph::rms_norm.residual</c> is <c>rms_norm_residual</c>, <c>aten::add.Tensor</c> is <c>aten_add_Tensor</c>. Tensors are inputs in
/// the schema's order, everything else is an attribute of the parameter's name. An optional tensor that is absent before one that is given
/// has an attribute of its name, −1; a list of tensors takes all inputs from its place on, or those whose positions an attribute of its name
/// lists.
/// </remarks>
public static class OnnxRuntimeOperators
{
    /// <summary>The domain of their nodes, at version 1.</summary>
    public static string Domain => OperatorNames.Domain;

    /// <summary>The type of an operator's nodes: <c>evergraph::rms_norm.residual</c> is <c>rms_norm_residual</c>, <c>aten::add.Tensor</c> is <c>aten_add_Tensor</c>.</summary>
    public static string NameOf(OperatorDefinition definition) => OperatorNames.Of(definition);

    /// <summary>Makes operators known to sessions that are created with these options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="operators">The operators; null for the house's own.</param>
    /// <param name="dispatcher">Chooses their implementations; null for the process's own.</param>
    /// <returns>What the sessions use: dispose it after the last of them.</returns>
    /// <exception cref="OnnxRuntimeUnavailableException">There is no native library, or one of another version.</exception>
    /// <exception cref="EvergraphException">Two operators have the same name in ONNX.</exception>
    public static IDisposable AddTo(SessionOptions options, OperatorRegistry? operators = null, Dispatcher? dispatcher = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var set = new CustomOperatorSet(OrtLibrary.Instance.Api, (operators ?? new CompileOptions().Operators).Operators, dispatcher ?? Dispatcher.Default);
        try
        {
            set.AddTo(options.DangerousGetHandle());
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }
}
