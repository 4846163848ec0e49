using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.CustomOperators;
using Evergraph.Runtime.OnnxRuntime.Format;

namespace Evergraph.Runtime.OnnxRuntime.Model;

/// <summary>A graph with what ONNX wants around it.</summary>
internal static class OnnxModel
{
    /// <summary>The version of the operators in ONNX's own domain.</summary>
    public const int Opset = 23;

    // The first version of the format that goes with the opset.
    private const int IrVersion = 11;

    /// <summary>A model of a graph. Its weights are not in it.</summary>
    public static ModelProto Of(OnnxGraph graph)
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "Evergraph", ProducerVersion = typeof(OnnxModel).Assembly.GetName().Version!.ToString(3), Graph = graph.Proto };
        var domains = graph.Proto.Node.Select(node => node.Domain).ToHashSet(StringComparer.Ordinal);

        // ONNX's own domain always: a model without any is refused. Others only where something is of them, which other tools may not know.
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        foreach (string domain in new[] { OnnxGraph.MicrosoftDomain, OperatorNames.Domain }.Where(domains.Contains))
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        return model;
    }
}
