using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Format;
using Evergraph.Runtime.OnnxRuntime.Lowering;
using Evergraph.Runtime.OnnxRuntime.Native;
using Evergraph.Runtime.OnnxRuntime.Sessions;
using Microsoft.Extensions.Logging;

namespace Evergraph.Runtime.OnnxRuntime;

/// <summary>
/// Runs graphs in ONNX Runtime: operators that it has as its own nodes, all others as C# code inside the session, maybe-FlashComm
/// operators among them.
/// </summary>
public sealed class OnnxRuntimeBackend : IBackend
{
    /// <summary>The name of this backend.</summary>
    public const string BackendName = "onnxruntime";

    /// <inheritdoc/>
    public string Name => BackendName;

    /// <inheritdoc/>
    public string? Unavailable()
    {
        try
        {
            _ = OrtLibrary.Instance;
            return null;
        }
        catch (OnnxRuntimeUnavailableException exception)
        {
            return exception.Message;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<NodePlacement> Place(TensorGraph graph, Dispatcher dispatcher)
    {
        var weights = new RankParameters(graph, new(graph), rank: 0).Weights;
        return [.. GraphLowering.Lower(graph, weights, LoweringTable.Default, dispatcher).Nodes.Select(node => node.IsCustom
            ? NodePlacement.InCSharp(node.Node, node.Resolution!, node.Reason)
            : new(node.Node, [.. node.Onnx.Select(NameOf).Distinct()], null, ""))];
    }

    /// <inheritdoc/>
    /// <exception cref="OnnxRuntimeUnavailableException">There is no native library, or one of another version.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the model.</exception>
    public IExecutable Load(TensorGraph graph, LoadContext context)
    {
        _ = OrtLibrary.Instance;
        var executable = new OnnxRuntimeExecutable(graph, context);
        context.Logger.LogDebug(
            "onnxruntime backend {Version}: {Nodes} nodes, {Custom} of them as C# code: {Operators}",
            OrtLibrary.Instance.Version, graph.Nodes.Length, executable.Nodes.Count(node => node.IsCustom),
            string.Join(", ", executable.Nodes.Where(node => node.IsCustom).Select(node => node.Node.Operator.Name).Distinct()));
        return executable;
    }

    private static string NameOf(NodeProto node) => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";
}
