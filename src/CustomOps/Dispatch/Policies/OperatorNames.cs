namespace Evergraph.CustomOps.Dispatch;

/// <summary>Finds the operator that a policy means among those that there are.</summary>
internal sealed class OperatorNames
{
    private const string DefaultOverload = "default";
    private static readonly string[] ImpliedNamespaces = ["evergraph", "aten"];

    private readonly HashSet<string> _full = new(StringComparer.Ordinal);
    private readonly HashSet<string> _packets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _namespaces = new(StringComparer.Ordinal);

    /// <param name="known">Full names, such as <c>aten::add.Tensor</c>.</param>
    public OperatorNames(IReadOnlyCollection<string> known)
    {
        foreach (string name in known)
        {
            var (packet, overload) = Split(name);
            _full.Add(overload is "" or DefaultOverload ? packet : name);
            _packets.Add(packet);
            _namespaces.Add(NamespaceOf(packet));
        }
    }

    /// <summary>A full name without its overload, and the overload: empty where there is none.</summary>
    public static (string Packet, string Overload) Split(string name) =>
        name.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? (name[..dot], name[(dot + 1)..]) : (name, "");

    /// <summary>
    /// The names under which an order for an operator may be, the narrowest first: its own, then the one for all
    /// overloads. <c>aten::mm</c> as an operator's name is its default overload.
    /// </summary>
    public static (string Own, string AllOverloads) KeysOf(string operatorName)
    {
        var (packet, overload) = Split(operatorName);
        return (overload.Length == 0 ? $"{packet}.{DefaultOverload}" : operatorName, packet);
    }

    /// <summary>
    /// The full name that was meant. A name of a namespace that no known operator has is kept: its operators may be
    /// registered later.
    /// </summary>
    public string Resolve(string written, PolicyPlace place)
    {
        string name = written.Trim();
        string[] candidates = name.Contains("::", StringComparison.Ordinal) ? [name] : [.. ImpliedNamespaces.Select(space => $"{space}::{name}")];
        if (!candidates.All(IsWellFormed))
            throw place.Error("expected the name of an operator, such as rms_norm, evergraph::rms_norm or aten::add.Tensor");
        return candidates.FirstOrDefault(IsKnown)
            ?? candidates.FirstOrDefault(candidate => !_namespaces.Contains(NamespaceOf(candidate)))
            ?? throw place.Error($"no operator is named {string.Join(" or ", candidates)}: {Near(candidates)}");
    }

    private bool IsKnown(string name)
    {
        var (packet, overload) = Split(name);
        return overload switch
        {
            "" => _packets.Contains(packet),
            DefaultOverload => _full.Contains(packet),
            _ => _full.Contains(name),
        };
    }

    private string Near(string[] candidates)
    {
        const int Most = 3;
        var overloads = candidates.Select(candidate => Split(candidate).Packet).Where(_packets.Contains)
            .SelectMany(packet => _full.Where(name => Split(name).Packet == packet)).Order(StringComparer.Ordinal);
        var near = candidates.SelectMany(candidate => NearestNames.Near(candidate, _packets.Union(_full), NearestNames.TypingMistake + 1));
        string[] names = [.. overloads.Concat(near).Distinct().Take(Most)];
        return names.Length == 0 ? "`evergraph ops` lists all" : $"near it there is {string.Join(", ", names)}";
    }

    private static string NamespaceOf(string name) => name.IndexOf("::", StringComparison.Ordinal) is >= 0 and var end ? name[..end] : "";

    /// <summary>NAMESPACE::NAME or NAMESPACE::NAME.OVERLOAD, each an identifier.</summary>
    private static bool IsWellFormed(string name)
    {
        string space = NamespaceOf(name);
        var (operatorName, overload) = Split(name[(space.Length + 2)..]);
        return IsIdentifier(space) && IsIdentifier(operatorName) && (IsIdentifier(overload) || !name.Contains('.', StringComparison.Ordinal));
    }

    private static bool IsIdentifier(string text) => text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
