namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Compares what our fakes infer with what PyTorch recorded. A difference means that a fake is wrong, or the file.</summary>
internal sealed class RecordedTypes(SymbolTable symbols)
{
    /// <summary>Refuses a difference. A recorded symbol of data that is new is bound to our size.</summary>
    /// <exception cref="ImportException">Element type, rank or a size differs, or equality of a size cannot be shown.</exception>
    public void Check(string name, TensorType given, ValueScope scope, NodeContext at)
    {
        // PyTorch records every tensor that a later node reads; others may be missing.
        if (!scope.Graph.TensorValues.TryGetValue(name, out ExportedTensorMeta? meta))
            return;
        bool fits = meta.Type.ToDType() == given.DType && meta.Sizes.Count == given.Rank;
        for (int axis = 0; fits && axis < meta.Sizes.Count; axis++)
            fits = Fits(meta.Sizes[axis], given.Shape[axis], at);
        if (!fits)
            throw at.Fault(
                $"result '{name}': expected {Describe(meta)}, which PyTorch recorded, given {given}, which the operator's fake infers; correct the fake, or export the model again if the file is damaged");
    }

    private bool Fits(ExportedSize recorded, Dim given, NodeContext at)
    {
        if (recorded.Expression is { } text && SymbolTable.LoneSymbol(text) is { } symbol && !symbols.IsBound(symbol))
        {
            symbols.Bind(symbol, given);
            return true;
        }
        Dim expected = Parse(recorded, at);
        return expected.Equals(given) || (expected == given).Proof == Truth.True;
    }

    private Dim Parse(ExportedSize recorded, NodeContext at)
    {
        try
        {
            return symbols.Parse(recorded);
        }
        catch (EvergraphException fault)
        {
            throw at.Fault($"a recorded size is not understood: {fault.Message}", fault);
        }
    }

    private string Describe(ExportedTensorMeta meta)
    {
        // In our own notation where it can be, since the file's is hard to read.
        IEnumerable<string> sizes = meta.Sizes.Select(size => size.Expression is { } text && symbols.IsKnown(text) ? symbols.Parse(text).ToString() : size.ToString());
        return $"{meta.Type.Name()}[{string.Join(", ", sizes)}]";
    }
}
