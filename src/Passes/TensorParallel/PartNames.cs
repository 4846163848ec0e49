using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// The names of parameters on a split model. A parameter that is only read cut keeps its name; where the whole is read too,
/// the cut one is named after it.
/// </summary>
internal static class PartNames
{
    /// <summary>The name of a part beside its whole.</summary>
    public static string Of(string whole, int axis, int parts) => $"{whole}@{axis}/{parts}";

    /// <summary>The name that a parameter has in the unsplit model.</summary>
    public static string WholeOf(GraphParameter parameter) =>
        parameter.Sharding is { } sharding && parameter.Name.EndsWith(Of("", sharding.Axis, sharding.Parts), StringComparison.Ordinal)
            ? parameter.Name[..^Of("", sharding.Axis, sharding.Parts).Length]
            : parameter.Name;
}
