namespace Evergraph.CustomOps.Dispatch;

/// <summary>What a token of an order stands for.</summary>
public enum OrderTokenKind
{
    /// <summary><c>default</c>: the implementations of kind <see cref="ImplementationKind.Default"/>.</summary>
    Default,

    /// <summary><c>reference</c>: those of kind <see cref="ImplementationKind.Reference"/>.</summary>
    Reference,

    /// <summary><c>vendor</c>: those of any vendor.</summary>
    AnyVendor,

    /// <summary><c>vendor:NAME</c>: those of one vendor.</summary>
    Vendor,

    /// <summary><c>impl:ID</c>: the one of that id.</summary>
    Implementation,
}

/// <summary>One token of an order; compared without case.</summary>
public sealed record OrderToken
{
    private const string Expected = "default, reference, vendor, vendor:NAME or impl:ID";
    private const string VendorPrefix = "vendor:";
    private const string ImplementationPrefix = "impl:";

    private OrderToken(OrderTokenKind kind, string name = "") => (Kind, Name) = (kind, name);

    /// <summary><c>default</c>.</summary>
    public static OrderToken Default { get; } = new(OrderTokenKind.Default);

    /// <summary><c>reference</c>.</summary>
    public static OrderToken Reference { get; } = new(OrderTokenKind.Reference);

    /// <summary><c>vendor</c>.</summary>
    public static OrderToken AnyVendor { get; } = new(OrderTokenKind.AnyVendor);

    /// <summary>What it stands for.</summary>
    public OrderTokenKind Kind { get; }

    /// <summary>The vendor or the implementation's id, as written; empty where the kind says all.</summary>
    public string Name { get; }

    /// <summary>Reads a token; blanks around it do not count.</summary>
    /// <exception cref="DispatchPolicyException">It is none; the message lists what there is.</exception>
    public static OrderToken Parse(string text) => Parse(text, new("order"));

    /// <summary>Whether the implementation is one of those that this stands for.</summary>
    public bool Matches(Implementation implementation) => Kind switch
    {
        OrderTokenKind.Default => implementation.Kind == ImplementationKind.Default,
        OrderTokenKind.Reference => implementation.Kind == ImplementationKind.Reference,
        OrderTokenKind.AnyVendor => implementation.Kind == ImplementationKind.Vendor,
        OrderTokenKind.Vendor => implementation.Kind == ImplementationKind.Vendor && Same(Name, implementation.Vendor),
        _ => Same(Name, implementation.Id),
    };

    /// <inheritdoc/>
    public bool Equals(OrderToken? other) => other is not null && Kind == other.Kind && Same(Name, other.Name);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, StringComparer.OrdinalIgnoreCase.GetHashCode(Name));

    /// <summary>The token as it is written: <c>vendor:ascend</c>.</summary>
    public override string ToString() => Kind switch
    {
        OrderTokenKind.Default => "default",
        OrderTokenKind.Reference => "reference",
        OrderTokenKind.AnyVendor => "vendor",
        OrderTokenKind.Vendor => VendorPrefix + Name,
        _ => ImplementationPrefix + Name,
    };

    internal static OrderToken Parse(string text, PolicyPlace place)
    {
        string token = text.Trim();
        if (Same(token, "default"))
            return Default;
        if (Same(token, "reference"))
            return Reference;
        if (Same(token, "vendor"))
            return AnyVendor;
        if (token.StartsWith(VendorPrefix, StringComparison.OrdinalIgnoreCase) && VendorNames.IsName(token.AsSpan(VendorPrefix.Length)))
            return new(OrderTokenKind.Vendor, token[VendorPrefix.Length..]);
        if (token.StartsWith(ImplementationPrefix, StringComparison.OrdinalIgnoreCase) && IsId(token.AsSpan(ImplementationPrefix.Length)))
            return new(OrderTokenKind.Implementation, token[ImplementationPrefix.Length..]);
        throw place.Error($"expected {Expected}, given {PolicyPlace.Quote(token)}{NearestNames.Hint(token, ["default", "reference", "vendor"])}");
    }

    private static bool Same(string left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    /// <summary>Ids may have any letters but those that separate tokens.</summary>
    private static bool IsId(ReadOnlySpan<char> text)
    {
        foreach (char letter in text)
        {
            if (char.IsWhiteSpace(letter) || char.IsControl(letter) || letter is '|' or ';' or '=')
                return false;
        }

        return text.Length > 0;
    }
}
