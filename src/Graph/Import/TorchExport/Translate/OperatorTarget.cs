namespace Evergraph.Graph.Import.TorchExport;

/// <summary>What a node's target text names.</summary>
internal static class OperatorTarget
{
    private const string Prefix = "torch.ops.";
    private const string HigherOrder = "torch.ops.higher_order.";
    private const string DefaultOverload = "default";

    public static bool IsHigherOrder(string target) => target.StartsWith(HigherOrder, StringComparison.Ordinal);

    /// <summary>A registry's name: <c>torch.ops.aten.add.Tensor</c> is <c>aten::add.Tensor</c>. Null for what is no operator, such as <c>_operator.mul</c>.</summary>
    public static string? RegistryName(string target)
    {
        if (!target.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        string[] parts = target[Prefix.Length..].Split('.', 3);
        if (parts.Length < 2 || parts.Any(static p => p.Length == 0))
            return null;
        string name = $"{parts[0]}::{parts[1]}";
        return parts.Length == 3 && parts[2] != DefaultOverload ? $"{name}.{parts[2]}" : name;
    }

    /// <summary>
    /// The pure operator of an in-place one: <c>aten::add_.Tensor</c> is <c>aten::add.Tensor</c>. Null when the name is not
    /// an in-place operator's (<c>__and__</c> is not one).
    /// </summary>
    public static string? PureTwin(string name)
    {
        int overload = name.IndexOf('.', StringComparison.Ordinal);
        string stem = overload < 0 ? name : name[..overload];
        bool inPlace = stem.EndsWith('_') && !stem.EndsWith("__", StringComparison.Ordinal);
        return inPlace ? stem[..^1] + (overload < 0 ? "" : name[overload..]) : null;
    }
}
