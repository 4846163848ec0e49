using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Tells which nodes define sizes that depend on data.</summary>
internal static class DataSizes
{
    /// <summary>
    /// Whether a result has a size that is known only after the node ran. An operator that can have one need not: indexing
    /// has it for masks, not for indices.
    /// </summary>
    public static bool Define(Node node)
    {
        if (!node.Operator.Has(OperatorTraits.DataDependent))
            return false;
        foreach (var type in node.OutputTypes)
        {
            foreach (var dim in type.Shape)
            {
                if (dim.TryGetSymbol(out var symbol) && symbol.Kind == SymbolKind.Data)
                    return true;
            }
        }

        return false;
    }
}
