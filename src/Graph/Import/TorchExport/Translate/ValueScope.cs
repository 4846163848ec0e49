namespace Evergraph.Graph.Import.TorchExport;

/// <summary>What the names of one exported graph stand for so far. A nested graph has its own.</summary>
internal sealed class ValueScope(ExportedGraph graph)
{
    private readonly Dictionary<string, TensorIdentity> _tensors = new(graph.TensorValues.Count, StringComparer.Ordinal);
    private readonly Dictionary<string, Dim> _sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<Condition>> _truths = new(StringComparer.Ordinal);

    /// <summary>The graph whose names these are.</summary>
    public ExportedGraph Graph { get; } = graph;

    public void Define(string name, TensorIdentity tensor, NodeContext at)
    {
        if (!_tensors.TryAdd(name, tensor))
            throw at.Fault($"defines '{name}', which is defined already; expected a new name");
    }

    public void Define(string name, Dim size, NodeContext at)
    {
        if (!_sizes.TryAdd(name, size))
            throw at.Fault($"defines '{name}', which is defined already; expected a new name");
    }

    public void Define(string name, IReadOnlyList<Condition> truth, NodeContext at)
    {
        if (!_truths.TryAdd(name, truth))
            throw at.Fault($"defines '{name}', which is defined already; expected a new name");
    }

    /// <summary>The tensor, even when it is stale: its type is still right.</summary>
    public TensorIdentity Tensor(string name, NodeContext at) => _tensors.TryGetValue(name, out TensorIdentity? tensor)
        ? tensor
        : throw at.Fault($"reads tensor '{name}', which no input and no earlier node defines");

    /// <summary>The tensor's value.</summary>
    public Value Read(string name, NodeContext at)
    {
        TensorIdentity tensor = Tensor(name, at);
        return tensor.IsStale
            ? throw at.Fault(
                $"reads '{name}', which shares memory with a tensor that {tensor.Memory.LastWriter} changed in place after '{name}' was made; "
                + "expected no write through a view: write with a pure operator such as torch.where, or call run_decompositions() before saving")
            : tensor.Value;
    }

    public Dim Size(string name, NodeContext at) => _sizes.TryGetValue(name, out Dim size)
        ? size
        : throw at.Fault($"reads the size '{name}', which no input and no earlier node defines");

    public Dim Size(ExportedInt size, NodeContext at) => size.Name is null ? size.Value : Size(size.Name, at);

    public IReadOnlyList<Condition> Truth(string name, NodeContext at) => _truths.TryGetValue(name, out var truth)
        ? truth
        : throw at.Fault($"reads the condition '{name}', which no input and no earlier node defines");
}
