using System.Text;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

public class PolicyFileErrorTests
{
    private const string Keys = "prefer, strict, per_op, allow_vendors, deny_vendors, plugins";
    private const string Tokens = "default, reference, vendor, vendor:NAME or impl:ID";

    [Theory]
    [InlineData("preffer: vendor", $"1: expected one of the keys {Keys}, given 'preffer': did you mean prefer?")]
    [InlineData("Prefer: vendor", $"1: expected one of the keys {Keys}, given 'Prefer': did you mean prefer?")]
    [InlineData("strict: on\nbackend: x", $"2: expected one of the keys {Keys}, given 'backend'")]
    [InlineData("prefer: vendor\n\nprefer: default", "3: 'prefer' is given twice, first at policy.yaml:1: keep one")]
    [InlineData("prefer: fast", "1: prefer: expected default, vendor or reference, given 'fast'")]
    [InlineData("prefer: vendors", "1: prefer: expected default, vendor or reference, given 'vendors': did you mean vendor?")]
    [InlineData("prefer: [vendor]", "1: prefer: expected default, vendor or reference, given a list")]
    [InlineData("prefer:", "1: prefer: expected default, vendor or reference, given no value: give a value or remove the key")]
    [InlineData("prefer: ''", "1: prefer: expected default, vendor or reference, given ''")]
    [InlineData("strict: maybe", "1: strict: expected true or false (also yes, no, on, off, 1, 0), given 'maybe'")]
    [InlineData("strict: ''", "1: strict: expected true or false (also yes, no, on, off, 1, 0), given ''")]
    [InlineData("strict: ~", "1: strict: expected true or false, given no value: give a value or remove the key")]
    [InlineData("strict: {a: b}", "1: strict: expected true or false, given a mapping")]
    [InlineData("allow_vendors: {a: b}", "1: allow_vendors: expected a list of vendors, or [] for none, given a mapping")]
    [InlineData("allow_vendors: null", "1: allow_vendors: expected a list of vendors, or [] for none, given no value: give a value or remove the key")]
    [InlineData("deny_vendors:\n- a\n- [b]", "3: deny_vendors: expected the name of a vendor, given a list")]
    [InlineData("deny_vendors: 'a,,b'", "1: deny_vendors: expected the names of vendors, such as 'onnxruntime', given ''")]
    [InlineData("allow_vendors:\n- a\n- vendor:b", "3: allow_vendors: expected the names of vendors, such as 'onnxruntime', given 'vendor:b'")]
    [InlineData("allow_vendors: '*'", "1: allow_vendors: expected the names of vendors, such as 'onnxruntime', given '*'")]
    [InlineData("plugins: a.dll", "1: plugins: expected a list of paths, given 'a.dll'")]
    [InlineData("plugins:\n- a.dll\n- ''", "3: plugins: expected the path of an assembly, given ''")]
    [InlineData("plugins:\n- \"a\\0b\"", "2: plugins: expected the path of an assembly, given 'a\\u0000b'")]
    [InlineData("plugins:\n- {a: b}", "2: plugins: expected a path, given a mapping")]
    [InlineData("per_op: default", "1: per_op: expected operators with their orders, such as 'rms_norm: [vendor, default]', given 'default'")]
    [InlineData("per_op:\n  # rms_norm: default\nstrict: on", "1: per_op: expected operators with their orders, such as 'rms_norm: [vendor, default]', given no value: give a value or remove the key")]
    [InlineData("per_op:\n  rms_norm: vendr", $"2: per_op rms_norm: expected {Tokens}, given 'vendr': did you mean vendor?")]
    [InlineData("per_op:\n  rms_norm: default||vendor", $"2: per_op rms_norm: expected {Tokens}, given ''")]
    [InlineData("per_op:\n  rms_norm: default|'vendor:'", $"2: per_op rms_norm: expected {Tokens}, given ''vendor:''")]
    [InlineData("per_op:\n  rms_norm:\n  - default\n  - fastest", $"4: per_op rms_norm: expected {Tokens}, given 'fastest'")]
    [InlineData("per_op:\n  rms_norm:\n  - vendor: ascend", "3: per_op rms_norm: expected a token, such as vendor:ascend without a blank after the colon, given a mapping")]
    [InlineData("per_op:\n  rms_norm: []", "2: per_op rms_norm: expected at least one token, given none: with an empty order nothing could run")]
    [InlineData("per_op:\n  rms_norm: {}", "2: per_op rms_norm: expected a list of tokens, such as [vendor:ascend, default], or 'vendor:ascend|default', given a mapping")]
    [InlineData("per_op:\n  [a]: default", "2: expected the name of an operator, given a list")]
    [InlineData("per_op:\n  mm: default\n  mm: vendor", "3: 'mm' is given twice, first at policy.yaml:2: keep one")]
    [InlineData("per_op:\n  rms_norm: default\n  evergraph::rms_norm: vendor", "3: per_op names evergraph::rms_norm twice, as 'rms_norm' at policy.yaml:2 and as 'evergraph::rms_norm' at policy.yaml:3: keep one")]
    [InlineData("- prefer", "1: expected keys with values, such as 'prefer: vendor', given a list")]
    [InlineData("vendor", "1: expected keys with values, such as 'prefer: vendor', given 'vendor'")]
    [InlineData("? [a]\n: b", "1: expected a key, given a list")]
    [InlineData(": b", "1: expected a key, given no value")]
    [InlineData("prefer: vendor\n---\nstrict: on", "2: expected one document, given a second: remove it, or put its keys into the first")]
    [InlineData("prefer: &a vendor", "1: expected plain values, given the anchor &a: write the value itself")]
    [InlineData("allow_vendors: &a [x]\ndeny_vendors: *a", "1: expected plain values, given the anchor &a: write the value itself")]
    [InlineData("\nprefer: *a", "2: expected plain values, given the alias *a: write the value itself")]
    [InlineData("strict: !!str false", "1: expected plain values, given the tag tag:yaml.org,2002:str: write the value itself")]
    [InlineData("prefer: !kind vendor", "1: expected plain values, given the tag !kind: write the value itself")]
    [InlineData("<<: {prefer: vendor}", $"1: expected one of the keys {Keys}, given '<<'")]
    [InlineData("strict: on\nallow_vendors: [", "2: this is not YAML (While parsing a node, did not find expected node content): correct the line")]
    [InlineData("strict: on\n\tprefer: vendor", "1: this is not YAML up to line 2 (While scanning a plain scalar, found a tab character that violate indentation): correct the line")]
    [InlineData("prefer: 'vendor", "1: this is not YAML (While scanning a quoted scalar, found unexpected end of stream): correct the line")]
    [InlineData("\n]", "2: this is not YAML (While parsing a node, did not find expected node content): correct the line")]
    [InlineData("allow_vendors: [a,\nb---\nc]", "1: this is not YAML (the parser cannot go on from here; the further lines of a value are to be indented): correct the line")]
    [InlineData("strict: on\n#\u0007", "2: expected text, given the control character U+0007: remove it")]
    [InlineData("strict: on\n\0prefer: vendor", "2: expected text, given the control character U+0000: remove it")]
    public void An_error_names_file_and_line(string yaml, string expected) =>
        Assert.Equal($"policy.yaml:{expected}", KnownOperators.Error(() => KnownOperators.File(yaml)));

    [Fact]
    public void Bytes_that_are_not_utf8_are_named_by_line()
    {
        byte[] yaml = [.. Encoding.UTF8.GetBytes("strict: on\n# Ärger\nprefer: "), 0xC4, 0x20];
        Assert.Equal(
            "policy.yaml:3: expected UTF-8, given the byte 0xC4: save the file as UTF-8",
            KnownOperators.Error(() => PolicyFile.Parse("policy.yaml", yaml, KnownOperators.Names)));
    }

    [Fact]
    public void A_long_text_is_not_repeated_whole() =>
        Assert.Equal(
            $"policy.yaml:1: prefer: expected default, vendor or reference, given '{new string('x', 60)}…'",
            KnownOperators.Error(() => KnownOperators.File($"prefer: {new string('x', 500_000)}")));
}
