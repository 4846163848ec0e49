namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Higher-order operators whose body can stand where they stand.</summary>
internal static class HigherOrderOperators
{
    private const string SetGradEnabled = "torch.ops.higher_order.wrap_with_set_grad_enabled";

    public static bool Knows(string target) => target == SetGradEnabled;

    /// <summary>The body and what its inputs are bound to: <c>wrap_with_set_grad_enabled(enabled, body, *inputs)</c>. Gradients mean nothing here.</summary>
    public static (ExportedGraph Body, IReadOnlyList<ExportedArgument> Inputs) Open(NodeContext at)
    {
        IReadOnlyList<ExportedInput> inputs = at.Node!.Inputs;
        if (inputs.Count < 2 || inputs[0].Value is not ExportedArgument.Bool || inputs[1].Value is not ExportedArgument.Subgraph body)
            throw at.Fault("expected a bool, a graph and the graph's inputs");
        ExportedArgument[] given = [.. inputs.Skip(2).Select(static i => i.Value)];
        return given.Length == body.Graph.Inputs.Count
            ? (body.Graph, given)
            : throw at.Fault($"its graph '{body.Name}' takes {body.Graph.Inputs.Count} inputs, given {given.Length}");
    }

    /// <summary>Results written as one list, flat.</summary>
    public static IReadOnlyList<ExportedArgument> Flatten(IReadOnlyList<ExportedArgument> results) =>
        [.. results.SelectMany(static r => r is ExportedArgument.Tensors list
            ? list.Names.Select(static n => n is null ? ExportedArgument.None.Value : (ExportedArgument)new ExportedArgument.Tensor(n))
            : [r])];
}
