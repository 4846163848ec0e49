namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Where the translation is, for errors.</summary>
/// <param name="File">The file.</param>
/// <param name="Node">The node, or null for the graph's inputs and outputs.</param>
/// <param name="Source">Where the node comes from in the model.</param>
internal readonly record struct NodeContext(string File, ExportedNode? Node, NodeSource Source)
{
    /// <summary>For example <c>node 'linear_3' (torch.ops.aten.linear.default) at model.layers.0.mlp (modeling.cs:31)</c>.</summary>
    public string Describe()
    {
        if (Node is null)
            return "the graph";
        string place = Source.ToString();
        return $"node '{Node.Name}' ({Node.Target}){(place.Length == 0 ? "" : $" at {place}")}";
    }

    public ImportException Fault(string text) => new($"{File}: {Describe()}: {text}");

    public ImportException Fault(string text, Exception cause) => new($"{File}: {Describe()}: {text}", cause);
}
