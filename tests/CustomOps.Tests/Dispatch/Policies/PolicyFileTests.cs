using System.Text;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

public class PolicyFileTests
{
    [Theory]
    [InlineData("", "nothing")]
    [InlineData("# only a comment\n", "nothing")]
    [InlineData("---\n...\n", "nothing")]
    [InlineData("{}", "nothing")]
    [InlineData("\uFEFFprefer: vendor", "prefer: vendor")]
    [InlineData("prefer: default", "prefer: default")]
    [InlineData("prefer: REFERENCE", "prefer: reference")]
    [InlineData("prefer: ' Vendor '", "prefer: vendor")]
    [InlineData("prefer: |\n  vendor\n", "prefer: vendor")]
    [InlineData("allow_vendors: []", "allow_vendors: none")]
    [InlineData("allow_vendors: [a, B]", "allow_vendors: a, B")]
    [InlineData("allow_vendors: a, B", "allow_vendors: a, B")]
    [InlineData("allow_vendors: 'null'", "allow_vendors: null")]
    [InlineData("deny_vendors:\n- a\n- 'b'\n", "deny_vendors: a, b")]
    [InlineData("deny_vendors: []", "deny_vendors: none")]
    [InlineData("per_op: {}", "nothing")]
    [InlineData("per_op:\n  rms_norm: vendor:Ascend | Default", "per_op evergraph::rms_norm: vendor:Ascend|default")]
    [InlineData("per_op:\n  rms_norm: [VENDOR, impl:cuda.cublaslt, reference]", "per_op evergraph::rms_norm: vendor|impl:cuda.cublaslt|reference")]
    [InlineData("per_op: {evergraph::rms_norm: default, aten::mm: vendor}", "per_op aten::mm: vendor; per_op evergraph::rms_norm: default")]
    [InlineData("%YAML 1.2\n---\nprefer: vendor\nstrict: yes\n...", "prefer: vendor; strict: true")]
    public void A_file_says(string yaml, string says) => Assert.Equal(says, KnownOperators.File(yaml).Policy.ToString());

    [Theory]
    [InlineData(true, "true", "yes", "on", "1", "True", "YES", "oN")]
    [InlineData(false, "false", "no", "off", "0", "False", "NO", "oFF")]
    public void A_switch_means_what_it_says_quoted_or_not(bool expected, params string[] spellings)
    {
        foreach (string spelling in spellings)
        {
            foreach (string quoted in new[] { spelling, $"'{spelling}'", $"\"{spelling}\"", $"\" {spelling} \"" })
                Assert.Equal((quoted, expected), (quoted, KnownOperators.File($"strict: {quoted}").Policy.Strict));
            Assert.Equal((spelling, expected), (spelling, KnownOperators.Environment(("EVERGRAPH_STRICT", spelling)).Policy.Strict));
        }
    }

    [Fact]
    public void Each_key_has_its_line()
    {
        var source = KnownOperators.File("""
            # A policy.
            prefer: vendor
            strict: true

            per_op:
              rms_norm:
                - vendor:ascend
                - default
              aten::mm: reference
            allow_vendors: [ascend]
            deny_vendors:
              - other
            plugins: [a.dll]
            """);
        Assert.Equal(
            ["2", "3", "6", "9", "10", "11", "13"],
            from key in new[] { "prefer", "strict", "per_op evergraph::rms_norm", "per_op aten::mm", "allow_vendors", "deny_vendors", "plugins" }
            select source.OriginOf(key)["policy.yaml:".Length..]);
        Assert.Equal("policy.yaml", source.Name);
    }

    [Fact]
    public void Plugins_are_relative_to_the_file()
    {
        string folder = Path.Combine(Path.GetTempPath(), "policies"), elsewhere = Path.Combine(Path.GetTempPath(), "elsewhere.dll");
        var yaml = Encoding.UTF8.GetBytes($"plugins: [a.dll, ../b.dll, '{elsewhere}']");
        Assert.Equal(
            [Path.Combine(folder, "a.dll"), Path.Combine(Path.GetTempPath(), "b.dll"), elsewhere],
            PolicyFile.Parse(Path.Combine(folder, "policy.yaml"), yaml, []).Plugins!.Value);
        Assert.Empty(KnownOperators.File("plugins: []").Plugins!.Value);
        Assert.Null(KnownOperators.File("prefer: vendor").Plugins);
    }
}
