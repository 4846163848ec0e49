namespace Evergraph.Graph.Import.TorchExport;

/// <summary>What the importer does with a node.</summary>
internal enum TargetKind
{
    /// <summary>It becomes a node of an operator.</summary>
    Operator,
    /// <summary>It becomes a node of the pure form of an in-place operator.</summary>
    InPlace,
    /// <summary>It is evaluated on sizes.</summary>
    Size,
    /// <summary>It reads a size of a tensor.</summary>
    TensorSize,
    /// <summary>It states something that is checked and dropped.</summary>
    Statement,
    /// <summary>It takes an item of a list of tensors.</summary>
    Item,
    /// <summary>Its body is inlined.</summary>
    HigherOrder,
}

/// <summary>A target text, looked up once.</summary>
/// <param name="Kind">What is done with its nodes.</param>
/// <param name="Name">The registry's name; for what is no operator, the target.</param>
/// <param name="Definition">The operator, or null.</param>
/// <param name="IsView">Whether PyTorch's result may share memory with its first tensor.</param>
internal sealed record ResolvedTarget(TargetKind Kind, string Name, OperatorDefinition? Definition = null, bool IsView = false)
{
    /// <summary>The target, which is known (see <see cref="UnknownOperators"/>).</summary>
    public static ResolvedTarget Of(string target, OperatorRegistry registry)
    {
        if (OperatorTarget.IsHigherOrder(target))
            return new(TargetKind.HigherOrder, target);
        if (OperatorTarget.RegistryName(target) is not { } name)
            return new(target == ListItems.GetItem ? TargetKind.Item : TargetKind.Size, target);
        if (UnknownOperators.IsStatement(name))
            return new(name.StartsWith("aten::sym_size", StringComparison.Ordinal) || name == "aten::sym_numel" ? TargetKind.TensorSize : TargetKind.Statement, name);
        if (registry.TryFind(name, out OperatorDefinition? definition))
            return new(TargetKind.Operator, name, definition, SharesMemory(definition));
        return new(TargetKind.InPlace, name, registry.Find(OperatorTarget.PureTwin(name)!));
    }

    /// <summary>
    /// PyTorch writes aliasing into the schema, <c>Tensor(a) self … -> Tensor(a)</c>; our views declare it as a trait;
    /// and dropout returns its very argument outside of training.
    /// </summary>
    private static bool SharesMemory(OperatorDefinition definition) =>
        definition.Has(OperatorTraits.View) || definition.Schema.Returns.Any(static r => r.Alias is not null) || definition.Schema.Name == "dropout";
}
