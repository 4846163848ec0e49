namespace Evergraph.Graph.Import.TorchExport;

/// <summary>An in-place operator keeps the element type and sizes of what it writes into, whatever its pure form gives.</summary>
internal static class InPlaceResult
{
    private const string Cast = "aten::to.dtype";

    public static Value Fit(Value result, TensorType self, GraphBuilder builder, OperatorRegistry registry, NodeContext at)
    {
        TensorType given = builder.TypeOf(result);
        bool fits = given.Rank == self.Rank;
        for (int axis = 0; fits && axis < self.Rank; axis++)
            fits = (given.Shape[axis] == self.Shape[axis]).Proof == Truth.True;
        if (!fits)
            throw at.Fault($"writes {given} in place into {self}; expected the same sizes");
        if (given.DType == self.DType)
            return result;
        OperatorDefinition cast = registry.Find(Cast);
        Argument[] arguments = [.. cast.Schema.Arguments.Select(parameter => parameter.Name switch
        {
            "self" => new TensorArgument(result),
            "dtype" => new DTypeArgument(self.DType),
            _ => ArgumentDefaults.Of(parameter) ?? Argument.None,
        })];
        return builder.Add(cast, EquatableArray<Argument>.Own(arguments), at.Source)[0];
    }
}
