using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

public sealed class EffectivePolicyTests : IDisposable
{
    private const string Scope = "scope", File = "file", Variables = "variables", Platform = "platform";
    private static readonly string[] StrongestFirst = [Scope, File, Variables, Platform];
    private static readonly string[] AllKeys = ["prefer", "strict", "allow_vendors", "deny_vendors", "plugins", "per_op aten::mm"];

    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-policy-").FullName;

    public static TheoryData<string, string> Pairs =>
        [.. from strong in Enumerable.Range(0, 4) from weak in Enumerable.Range(strong + 1, 3 - strong) select (StrongestFirst[strong], StrongestFirst[weak])];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Of_each_key_the_stronger_source_counts(string stronger, string weaker)
    {
        foreach (string key in AllKeys)
        {
            if (key == "plugins" && stronger == Scope)
                continue;
            var both = EffectivePolicy.Merge(Sources((stronger, key, First: true), (weaker, key, First: false)));
            Assert.Equal((key, Value(key, first: true), Origin(stronger, key)), both.Keys.Single(entry => entry.Key == key));
            foreach (string other in AllKeys.Where(other => other != key && (other != "plugins" || stronger != Scope)))
            {
                var mixed = EffectivePolicy.Merge(Sources((stronger, other, First: true), (weaker, key, First: false)));
                Assert.Equal((key, Value(key, first: false), Origin(weaker, key)), mixed.Keys.Single(entry => entry.Key == key));
                Assert.Equal((other, Value(other, first: true), Origin(stronger, other)), mixed.Keys.Single(entry => entry.Key == other));
            }
        }
    }

    [Fact]
    public void What_no_source_says_is_built_in()
    {
        var policy = EffectivePolicy.Merge();
        Assert.Equal(
            [("prefer", "default", "default"), ("strict", "false", "default"), ("allow_vendors", "all", "default"), ("deny_vendors", "none", "default"), ("plugins", "none", "default")],
            policy.Keys);
        Assert.Equal((PreferredKind.Default, false), (policy.Prefer, policy.Strict));
        Assert.True(policy.IsVendorAllowed("anyone", out string reason));
        Assert.Equal("", reason);
    }

    [Theory]
    [InlineData(PreferredKind.Default, "default|vendor|reference")]
    [InlineData(PreferredKind.Vendor, "vendor|default|reference")]
    [InlineData(PreferredKind.Reference, "reference|default|vendor")]
    public void A_preference_is_an_order_that_leaves_nothing_out(PreferredKind kind, string order)
    {
        Assert.Equal(order, Order(Merge(new() { Prefer = kind, PerOperator = new() { ["mm"] = "default" } }), "evergraph::rms_norm", out string origin, out bool exclusive));
        Assert.Equal(("scope", false), (origin, exclusive));
    }

    [Theory]
    [InlineData("evergraph::rms_norm", "vendor", "policy.yaml:2")]
    [InlineData("evergraph::rms_norm.default", "vendor", "policy.yaml:2")]
    [InlineData("evergraph::rms_norm.residual", "reference", "policy.yaml:3")]
    [InlineData("evergraph::rms_norm.other", "vendor", "policy.yaml:2")]
    [InlineData("aten::mm", "impl:a", "policy.yaml:4")]
    [InlineData("aten::mm.out", "default|vendor|reference", "default")]
    [InlineData("aten::add.Tensor", "impl:c", "policy.yaml:6")]
    [InlineData("aten::add.Scalar", "impl:b", "policy.yaml:5")]
    [InlineData("evergraph::silu_and_mul", "default|vendor|reference", "default")]
    public void An_order_without_overload_is_for_all_that_have_none_of_their_own(string operatorName, string order, string expectedOrigin)
    {
        var policy = EffectivePolicy.Merge(KnownOperators.File("""
            per_op:
              rms_norm: vendor
              rms_norm.residual: reference
              mm.default: impl:a
              add.Scalar: impl:b
              add: impl:c
            """));
        Assert.Equal(order, Order(policy, operatorName, out string origin, out bool exclusive));
        Assert.Equal((expectedOrigin, expectedOrigin != "default"), (origin, exclusive));
    }

    [Fact]
    public void An_overloads_own_order_counts_even_from_a_weaker_source()
    {
        var policy = EffectivePolicy.Merge(
            PolicySource.InCode("scope", new() { PerOperator = new() { ["rms_norm"] = "vendor" } }, KnownOperators.Names),
            KnownOperators.Environment(("EVERGRAPH_PER_OP", "rms_norm.residual=reference")));
        Assert.Equal("reference", Order(policy, "evergraph::rms_norm.residual", out string origin, out _));
        Assert.Equal("EVERGRAPH_PER_OP", origin);
    }

    [Theory]
    [InlineData("ASCEND", "deny_vendors names ASCEND (policy.yaml:1)")]
    [InlineData("Cuda", "")]
    [InlineData("other", "allow_vendors does not name other (EVERGRAPH_ALLOW_VENDORS)")]
    public void Denial_wins(string vendor, string reason)
    {
        var policy = EffectivePolicy.Merge(KnownOperators.File("deny_vendors: Ascend"), KnownOperators.Environment(("EVERGRAPH_ALLOW_VENDORS", "ascend,cuda")));
        Assert.Equal(reason.Length == 0, policy.IsVendorAllowed(vendor, out string given));
        Assert.Equal(reason, given);
    }

    [Fact]
    public void An_empty_list_allows_no_vendor_and_overrides_a_weaker_one()
    {
        var policy = EffectivePolicy.Merge(KnownOperators.File("allow_vendors: []\ndeny_vendors: []"), KnownOperators.Environment(("EVERGRAPH_ALLOW_VENDORS", "a"), ("EVERGRAPH_DENY_VENDORS", "b")));
        Assert.False(policy.IsVendorAllowed("a", out string reason));
        Assert.Equal("allow_vendors does not name a (policy.yaml:1)", reason);
        Assert.Empty(policy.DenyVendors);
    }

    [Fact]
    public void Policies_are_equal_that_choose_alike()
    {
        var policy = Everything("Ascend", "mm");
        Assert.Equal(policy, Everything("ascend", "mm"));
        Assert.Equal(policy.GetHashCode(), Everything("ascend", "mm").GetHashCode());
        Assert.Equal(policy, policy with { AllowVendors = ["other", "ASCEND"] });
        Assert.Equal(policy.GetHashCode(), (policy with { AllowVendors = ["other", "ASCEND"] }).GetHashCode());
        var scope = Merge(policy);
        var file = EffectivePolicy.Merge(KnownOperators.File("prefer: vendor\nstrict: on\nper_op: {aten::mm: Default}\nallow_vendors: [other, ascend]\ndeny_vendors: x\nplugins: [p.dll]"));
        Assert.Equal(scope, file);
        Assert.Equal(scope.GetHashCode(), file.GetHashCode());

        DispatchPolicy[] others =
        [
            policy with { Prefer = PreferredKind.Default }, policy with { Prefer = null }, policy with { Strict = false }, policy with { Strict = null },
            policy with { AllowVendors = null }, policy with { AllowVendors = [] }, policy with { AllowVendors = ["ascend"] },
            policy with { DenyVendors = ["ascend"] }, policy with { DenyVendors = ["x", "y"] }, policy with { PerOperator = new() },
            policy with { PerOperator = new() { ["mm"] = "vendor" } }, policy with { PerOperator = new() { ["rms_norm"] = "default" } }, policy with { PerOperator = new() { ["mm"] = "default", ["rms_norm"] = "default" } },
        ];
        Assert.All(others, other => Assert.NotEqual(policy, other));
        Assert.All(others, other => Assert.NotEqual(scope, Merge(other)));
        Assert.NotEqual(policy with { DenyVendors = null }, policy with { DenyVendors = [] });
        Assert.Equal(Merge(policy with { DenyVendors = null }), Merge(policy with { DenyVendors = [] }));
        Assert.NotEqual(Merge(policy with { AllowVendors = null }), Merge(policy with { AllowVendors = [] }));
    }

    [Fact]
    public void A_scope_that_names_no_vendor_is_an_error()
    {
        Assert.Equal(
            "scope: allow_vendors: expected the names of vendors, such as 'onnxruntime', given ''",
            KnownOperators.Error(() => Merge(new() { AllowVendors = ["a", " "] })));
        Assert.Equal(
            "scope: deny_vendors: expected the names of vendors, such as 'onnxruntime', given 'vendor:a'",
            KnownOperators.Error(() => Merge(new() { DenyVendors = ["vendor:a"] })));
    }

    private static DispatchPolicy Everything(string vendor, string operatorName) => new()
    {
        Prefer = PreferredKind.Vendor,
        Strict = true,
        PerOperator = new() { [operatorName] = "default" },
        AllowVendors = [vendor, "other"],
        DenyVendors = ["x"],
    };

    private static EffectivePolicy Merge(DispatchPolicy scope) => EffectivePolicy.Merge(PolicySource.InCode("scope", scope, KnownOperators.Names));

    private static string Order(EffectivePolicy policy, string operatorName, out string origin, out bool exclusive) =>
        string.Join('|', policy.OrderOf(operatorName, out origin, out exclusive));

    /// <summary>Two values of each key, neither of which is built in.</summary>
    private static string Value(string key, bool first) => key switch
    {
        "prefer" => first ? "vendor" : "reference",
        "strict" => first ? "false" : "true",
        "plugins" => Path.GetFullPath(first ? "a.dll" : "b.dll"),
        "per_op aten::mm" => first ? "impl:a" : "vendor|reference",
        _ => first ? "a" : "b, c",
    };

    private static string Yaml(string key, string value) => key switch
    {
        "plugins" => $"plugins: ['{value}']",
        "per_op aten::mm" => $"per_op: {{mm: '{value}'}}",
        _ => $"{key}: {value}",
    };

    private static (string Name, string Value) Variable(string key, string value) =>
        key == "per_op aten::mm" ? ("EVERGRAPH_PER_OP", $"mm={value}") : ($"EVERGRAPH_{key.ToUpperInvariant()}", value);

    private string Origin(string source, string key) => source switch
    {
        Scope => "scope",
        File => $"{Path.Combine(_folder, "policy.yaml")}:1",
        Variables => Variable(key, "").Name,
        _ => "platform.yaml:1",
    };

    /// <summary>Sources that say one key each, in the order in which they are read.</summary>
    private List<PolicySource> Sources(params (string Source, string Key, bool First)[] says)
    {
        var variables = new Dictionary<string, string>();
        var sources = new List<PolicySource>();
        var platform = new List<PolicySource>();
        foreach (var (source, key, first) in says)
        {
            string value = Value(key, first);
            if (source == Scope)
                sources.Add(PolicySource.InCode("scope", InCode(key, value), KnownOperators.Names));
            else if (source == Variables)
                variables.Add(Variable(key, value).Name, value: Variable(key, value).Value);
            else if (source == Platform)
                platform.Add(PolicyFile.Parse("platform.yaml", System.Text.Encoding.UTF8.GetBytes(Yaml(key, value)), KnownOperators.Names));
            else
                System.IO.File.WriteAllText(variables["EVERGRAPH_CONFIG"] = Path.Combine(_folder, "policy.yaml"), Yaml(key, value));
        }

        return [.. sources, .. PolicySources.Read(variables, "no platform", KnownOperators.Names), .. platform];
    }

    private static DispatchPolicy InCode(string key, string value) => key switch
    {
        "prefer" => new() { Prefer = Enum.Parse<PreferredKind>(value, ignoreCase: true) },
        "strict" => new() { Strict = bool.Parse(value) },
        "allow_vendors" => new() { AllowVendors = [.. value.Split(", ")] },
        "deny_vendors" => new() { DenyVendors = [.. value.Split(", ")] },
        _ => new() { PerOperator = new() { ["mm"] = value } },
    };
}
