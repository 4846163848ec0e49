namespace Evergraph.CustomOps.Dispatch;

/// <summary>Policies in environment variables. A variable that is empty or blank is not set.</summary>
internal static class PolicyEnvironment
{
    public const string Config = Prefix + "CONFIG";
    private const string Prefix = "EVERGRAPH_";
    private const string Prefer = Prefix + "PREFER";
    private const string Strict = Prefix + "STRICT";
    private const string PerOperator = Prefix + "PER_OP";
    private const string AllowVendors = Prefix + "ALLOW_VENDORS";
    private const string DenyVendors = Prefix + "DENY_VENDORS";
    private const string Plugins = Prefix + "PLUGINS";
    private const char Separator = ';';

    private static readonly string[] Variables = [Config, Prefer, Strict, PerOperator, AllowVendors, DenyVendors, Plugins];

    /// <summary>A variable's value; null where it is not set.</summary>
    public static string? ValueOf(string variable, IReadOnlyDictionary<string, string> environment) =>
        environment.TryGetValue(variable, out string? value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>What the variables say, but for <see cref="Config"/>.</summary>
    public static PolicySource Read(IReadOnlyDictionary<string, string> environment, IReadOnlyCollection<string> knownOperators)
    {
        RefuseMisspelled(environment);
        var source = new PolicySourceBuilder("environment", knownOperators);
        if (ValueOf(Prefer, environment) is { } prefer)
            source.SetPrefer(PolicyValues.Prefer(prefer, new(Prefer)), new(Prefer));
        if (ValueOf(Strict, environment) is { } strict)
            source.SetStrict(PolicyValues.Switch(strict, new(Strict)), new(Strict));
        if (ValueOf(AllowVendors, environment) is { } allowed)
            source.SetAllowVendors(VendorNames.ParseList(allowed, new(AllowVendors)), new(AllowVendors));
        if (ValueOf(DenyVendors, environment) is { } denied)
            source.SetDenyVendors(VendorNames.ParseList(denied, new(DenyVendors)), new(DenyVendors));
        if (ValueOf(Plugins, environment) is { } plugins)
            source.SetPlugins([.. Parts(plugins).Select(path => PolicyValues.Plugin(path, folder: "", new(Plugins)))], new(Plugins));
        foreach (string part in Parts(ValueOf(PerOperator, environment) ?? ""))
            ReadOrder(part, source);
        return source.Build();
    }

    private static void ReadOrder(string part, PolicySourceBuilder source)
    {
        if (part.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, var order])
            throw new PolicyPlace(PerOperator).Error($"expected orders such as 'rms_norm=vendor:ascend|default;silu_and_mul=reference', given {PolicyPlace.Quote(part)}");
        var place = new PolicyPlace(PerOperator, PolicyPlace.Excerpt(name));
        source.AddOrder(name, OperatorOrder.Parse(order, place), place);
    }

    /// <summary>A variable that is one of ours but for a typing mistake would be silently off.</summary>
    private static void RefuseMisspelled(IReadOnlyDictionary<string, string> environment)
    {
        foreach (string name in environment.Keys.Order(StringComparer.Ordinal))
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !Variables.Contains(name, StringComparer.Ordinal)
                && ValueOf(name, environment) is not null && NearestNames.Hint(name, Variables) is { Length: > 0 } hint)
            {
                throw new PolicyPlace(name).Error($"there is no such variable{hint}");
            }
        }
    }

    private static string[] Parts(string text) => text.Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
