using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

public sealed class PolicySourcesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-policy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("EVERGRAPH_PREFER", "Vendor", "prefer: vendor")]
    [InlineData("EVERGRAPH_STRICT", "on", "strict: true")]
    [InlineData("EVERGRAPH_PER_OP", "rms_norm=vendor:a|default; mm = reference ;", "per_op aten::mm: reference; per_op evergraph::rms_norm: vendor:a|default")]
    [InlineData("EVERGRAPH_ALLOW_VENDORS", "a, B", "allow_vendors: a, B")]
    [InlineData("EVERGRAPH_DENY_VENDORS", "a", "deny_vendors: a")]
    [InlineData("EVERGRAPH_PREFER", " ", "nothing")]
    [InlineData("EVERGRAPH_STRICT", "", "nothing")]
    [InlineData("EVERGRAPH_PER_OP", "", "nothing")]
    [InlineData("EVERGRAPH_ALLOW_VENDORS", "\t", "nothing")]
    [InlineData("EVERGRAPH_DENY_VENDORS", "", "nothing")]
    [InlineData("EVERGRAPH_PLUGINS", " ", "nothing")]
    [InlineData("EVERGRAPH_CONFIG", " ", "nothing")]
    [InlineData("EVERGRAPH_PREFFER", "", "nothing")]
    [InlineData("EVERGRAPH_UPDATE_GOLDENS", "1", "nothing")]
    [InlineData("PREFER", "vendor", "nothing")]
    public void A_variable_says(string name, string value, string says)
    {
        var source = KnownOperators.Environment((name, value));
        Assert.Equal(says, source.Policy.ToString());
        Assert.Equal("environment", source.Name);
        Assert.Null(source.Plugins);
    }

    [Theory]
    [InlineData("EVERGRAPH_PREFER", "fast", "EVERGRAPH_PREFER: expected default, vendor or reference, given 'fast'")]
    [InlineData("EVERGRAPH_STRICT", "maybe", "EVERGRAPH_STRICT: expected true or false (also yes, no, on, off, 1, 0), given 'maybe'")]
    [InlineData("EVERGRAPH_PER_OP", "rms_norm", "EVERGRAPH_PER_OP: expected orders such as 'rms_norm=vendor:ascend|default;silu_and_mul=reference', given 'rms_norm'")]
    [InlineData("EVERGRAPH_PER_OP", "=default", "EVERGRAPH_PER_OP: expected orders such as 'rms_norm=vendor:ascend|default;silu_and_mul=reference', given '=default'")]
    [InlineData("EVERGRAPH_PER_OP", "mm=", "EVERGRAPH_PER_OP: mm: expected default, reference, vendor, vendor:NAME or impl:ID, given ''")]
    [InlineData("EVERGRAPH_PER_OP", "mm=a=b", "EVERGRAPH_PER_OP: mm: expected default, reference, vendor, vendor:NAME or impl:ID, given 'a=b'")]
    [InlineData("EVERGRAPH_ALLOW_VENDORS", "a,,b", "EVERGRAPH_ALLOW_VENDORS: expected the names of vendors, such as 'onnxruntime', given ''")]
    [InlineData("EVERGRAPH_DENY_VENDORS", "a b", "EVERGRAPH_DENY_VENDORS: expected the names of vendors, such as 'onnxruntime', given 'a b'")]
    [InlineData("EVERGRAPH_PLUGINS", "a\0b", "EVERGRAPH_PLUGINS: expected the path of an assembly, given 'a\\u0000b'")]
    [InlineData("EVERGRAPH_PREFFER", "vendor", "EVERGRAPH_PREFFER: there is no such variable: did you mean EVERGRAPH_PREFER?")]
    [InlineData("EVERGRAPH_STIRCT", "1", "EVERGRAPH_STIRCT: there is no such variable: did you mean EVERGRAPH_STRICT?")]
    [InlineData("EVERGRAPH_ALLOW_VENDOR", "a", "EVERGRAPH_ALLOW_VENDOR: there is no such variable: did you mean EVERGRAPH_ALLOW_VENDORS?")]
    [InlineData("EVERGRAPH_PEROP", "mm=default", "EVERGRAPH_PEROP: there is no such variable: did you mean EVERGRAPH_PER_OP?")]
    [InlineData("EVERGRAPH_PLUGIN", "a.dll", "EVERGRAPH_PLUGIN: there is no such variable: did you mean EVERGRAPH_PLUGINS?")]
    [InlineData("EVERGRAPH_CONFG", "a.yaml", "EVERGRAPH_CONFG: there is no such variable: did you mean EVERGRAPH_CONFIG?")]
    [InlineData("Evergraph_Strict", "1", "Evergraph_Strict: there is no such variable: did you mean EVERGRAPH_STRICT?")]
    public void An_error_names_the_variable(string name, string value, string error) =>
        Assert.Equal(error, KnownOperators.Error(() => KnownOperators.Environment((name, value))));

    [Fact]
    public void Each_key_has_its_variable()
    {
        var source = KnownOperators.Environment(
            ("EVERGRAPH_PREFER", "vendor"), ("EVERGRAPH_STRICT", "0"), ("EVERGRAPH_PER_OP", "mm=default"),
            ("EVERGRAPH_ALLOW_VENDORS", "a"), ("EVERGRAPH_DENY_VENDORS", "b"), ("EVERGRAPH_PLUGINS", "a.dll; ;b.dll"));
        Assert.Equal(
            ["EVERGRAPH_PREFER", "EVERGRAPH_STRICT", "EVERGRAPH_PER_OP", "EVERGRAPH_ALLOW_VENDORS", "EVERGRAPH_DENY_VENDORS", "EVERGRAPH_PLUGINS"],
            new[] { "prefer", "strict", "per_op aten::mm", "allow_vendors", "deny_vendors", "plugins" }.Select(source.OriginOf));
        Assert.Equal([Path.GetFullPath("a.dll"), Path.GetFullPath("b.dll")], source.Plugins!.Value);
    }

    [Fact]
    public void Sources_are_the_file_the_environment_and_the_platform()
    {
        string path = Write("strict: true\nper_op:\n  rms_norm: default\n");
        var sources = PolicySources.Read(
            new Dictionary<string, string> { ["EVERGRAPH_CONFIG"] = path, ["EVERGRAPH_STRICT"] = "false", ["EVERGRAPH_DENY_VENDORS"] = "a" }, "CPU", KnownOperators.Names);
        Assert.Equal([path, "environment", "cpu.yaml"], sources.Select(source => source.Name));
        int line = Array.IndexOf(BuiltIn("cpu"), "prefer: default") + 1;
        Assert.Equal(
            [
                ("prefer", "default", $"cpu.yaml:{line} (built in)"), ("strict", "true", $"{path}:1"), ("allow_vendors", "all", "default"),
                ("deny_vendors", "a", "EVERGRAPH_DENY_VENDORS"), ("plugins", "none", "default"), ("per_op evergraph::rms_norm", "default", $"{path}:3"),
            ],
            EffectivePolicy.Merge(sources).Keys);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_of_the_variable()
    {
        string missing = Path.Combine(_folder, "missing.yaml"), large = Write(new string('#', PolicyFile.LargestSize + 1));
        Assert.Equal(
            $"EVERGRAPH_CONFIG: expected a YAML file that can be read, given '{missing}' (there is none): correct the path or unset the variable", Error(missing));
        Assert.Equal($"EVERGRAPH_CONFIG: expected a YAML file of at most 1048576 bytes, given '{large}', which is larger: a policy is a few lines", Error(large));
        Assert.Matches($@"^EVERGRAPH_CONFIG: expected a YAML file that can be read, given '{_folder}' \(.+\): correct the path or unset the variable$", Error(_folder));
        Assert.Matches(@"^EVERGRAPH_CONFIG: expected a YAML file that can be read, given 'a\\u0000b' \(.+\): correct the path or unset the variable$", Error("a\0b"));
        File.WriteAllText(large, new string('#', PolicyFile.LargestSize));
        Assert.Equal("nothing", KnownOperators.Read(("EVERGRAPH_CONFIG", large))[0].Policy.ToString());

        static string Error(string path) => KnownOperators.Error(() => KnownOperators.Read(("EVERGRAPH_CONFIG", path)));
    }

    [Fact]
    public void Platforms_have_files_of_their_own()
    {
        Assert.Equal(["cpu", "nvidia"], PlatformPolicies.Names);
        foreach (string platform in PlatformPolicies.Names)
        {
            var source = PlatformPolicies.Of(platform.ToUpperInvariant())!;
            Assert.Equal($"{platform}.yaml", source.Name);
            Assert.Equal(PreferredKind.Default, source.Policy.Prefer);
            Assert.Equal($"{platform}.yaml:{Array.IndexOf(BuiltIn(platform), "prefer: default") + 1} (built in)", source.OriginOf("prefer"));
        }

        Assert.Null(PlatformPolicies.Of("abacus"));
        Assert.Null(PlatformPolicies.Of("../cpu"));
        Assert.Null(PlatformPolicies.Of(""));
    }

    private static string[] BuiltIn(string platform)
    {
        using var reader = new StreamReader(typeof(PlatformPolicies).Assembly.GetManifestResourceStream($"Evergraph.CustomOps.Dispatch.Platforms.{platform}.yaml")!);
        return reader.ReadToEnd().Split('\n');
    }

    private string Write(string yaml)
    {
        string path = Path.Combine(_folder, "policy.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }
}
