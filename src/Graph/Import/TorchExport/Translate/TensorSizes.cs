namespace Evergraph.Graph.Import.TorchExport;

/// <summary><c>sym_size.int(self, dim)</c> and <c>sym_numel(self)</c>: sizes of our own inference.</summary>
internal static class TensorSizes
{
    public static void Read(ValueScope scope, GraphBuilder builder, SymbolTable symbols, NodeContext at)
    {
        ExportedNode node = at.Node!;
        if (node.Inputs is not [{ Value: ExportedArgument.Tensor tensor }, ..] || node.Outputs is not [ExportedArgument.SymInt { Value.Name: { } name }])
            throw at.Fault("expected a tensor, and one size as the result");
        Shape shape = builder.TypeOf(scope.Tensor(tensor.Name, at).Value).Shape;
        Dim size = node.Inputs switch
        {
            [_, { Value: ExportedArgument.Int { Value: var axis } }] when axis >= -shape.Rank && axis < shape.Rank =>
                shape[(int)(axis < 0 ? axis + shape.Rank : axis)],
            [_] => shape.Elements,
            _ => throw at.Fault($"expected an axis of {shape}"),
        };
        // A symbol of data that PyTorch named here is our size.
        if (scope.Graph.SymIntValues.TryGetValue(name, out ExportedSize recorded) && recorded.Expression is { } text
            && SymbolTable.LoneSymbol(text) is { } symbol && !symbols.IsBound(symbol))
            symbols.Bind(symbol, size);
        scope.Define(name, size, at);
    }
}
