namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Takes items of lists of tensors: <c>_operator.getitem(list, 1)</c>.</summary>
internal static class ListItems
{
    public const string GetItem = "_operator.getitem";

    /// <summary>Defines the node's result as the item.</summary>
    public static void Take(ValueScope scope, NodeContext at)
    {
        ExportedNode node = at.Node!;
        if (node.Inputs is not [{ Value: ExportedArgument.Tensors list }, { Value: ExportedArgument.Int index }] || node.Outputs is not [ExportedArgument.Tensor output])
            throw at.Fault("expected a list of tensors and a constant index, and one tensor as the result");
        long at0 = index.Value < 0 ? index.Value + list.Names.Count : index.Value;
        if (at0 < 0 || at0 >= list.Names.Count || list.Names[(int)at0] is not { } name)
            throw at.Fault($"expected the index of a tensor in a list of {list.Names.Count}, given {index.Value}");
        scope.Define(output.Name, scope.Tensor(name, at), at);
    }
}
