using System.Text.Json;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Samples.VendorPlugin;

namespace Evergraph.Cli.Tests;

/// <summary><c>evergraph ops</c> with the sample's vendor, whose device this machine does not have.</summary>
public sealed class OpsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-ops-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_vendor_without_its_device_is_shown_with_why_it_was_not_chosen()
    {
        string output = Command.RunWith(new() { ["EVERGRAPH_PREFER"] = "vendor" }, "ops", "evergraph::rms_norm", "--plugin", Command.VendorPlugin).Output;
        int house = Assert.Single(new Dispatcher().Plugins).Registered;
        Assert.Equal(
            $"""
            evergraph::rms_norm(Tensor x, Tensor weight, float eps=1e-06) -> Tensor
            traits: Pure, Rowwise
            can be cut along an axis: yes, by its axis rule
            inputs for opcheck: generated
            chosen: vectorized
               implementation   kind       vendor  priority  types    why
            -  ---------------  ---------  ------  --------  -------  ------------------------------------------------------------------------------------------------------------------------------------
            1  vectorized       default            150       all      chosen: 'default' in the order [vendor, default, reference] of prefer = vendor (EVERGRAPH_PREFER), priority 150
            2  reference        reference          50        all      called if vectorized fails: 'reference' in the order [vendor, default, reference] of prefer = vendor (EVERGRAPH_PREFER), priority 50
            -  ascend.rms_norm  vendor     ascend  100       float32  not available: libascend_ops is not installed; set ASCEND_EMULATOR=1 to try the plugin without the device

            policy
            key            value   from
            -------------  ------  ----------------
            prefer         vendor  EVERGRAPH_PREFER
            strict         false   default
            allow_vendors  all     default
            deny_vendors   none    default
            plugins        none    default

            plugin                          implementations  faults
            ------------------------------  ---------------  ------
            Evergraph.CustomOps             {house,-15}  0
            Evergraph.Samples.VendorPlugin  3                0

            """,
            output,
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void With_a_double_of_the_device_the_vendor_is_chosen_where_the_policy_allows_it()
    {
        var native = AscendDevice.Library;
        AscendDevice.Library = new EmulatedAscendLibrary();
        try
        {
            Assert.Equal("ascend.rms_norm", Chosen(new() { ["EVERGRAPH_PREFER"] = "vendor" }));
            Assert.Equal("ascend.rms_norm", Chosen(new() { ["EVERGRAPH_PER_OP"] = "rms_norm=vendor:ASCEND|reference" }));
            Assert.Equal("vectorized", Chosen(new()));
            Assert.Equal("vectorized", Chosen(new() { ["EVERGRAPH_PREFER"] = "vendor", ["EVERGRAPH_DENY_VENDORS"] = "ascend" }));
            Assert.Equal("vectorized", Chosen(new() { ["EVERGRAPH_PREFER"] = "vendor", ["EVERGRAPH_ALLOW_VENDORS"] = "other" }));
            Assert.Equal("vectorized", Chosen(new() { ["EVERGRAPH_PREFER"] = "vendor" }, "--dtype", "float16"));

            var check = Command.RunWith(new() { ["EVERGRAPH_PREFER"] = "vendor" }, "opcheck", "evergraph::", "--samples", "100", "--plugin", Command.VendorPlugin);
            Assert.Contains("evergraph::rms_norm: 100 passed, 0 failed", check.Output, StringComparison.Ordinal);
            Assert.Equal(0, check.Status);
        }
        finally
        {
            AscendDevice.Library = native;
        }
    }

    [Fact]
    public void A_name_without_namespace_shows_every_overload()
    {
        var answer = JsonDocument.Parse(Command.Run("ops", "rms_norm", "--json").Output).RootElement;
        Assert.Equal(["aten::rms_norm", "evergraph::rms_norm", "evergraph::rms_norm.residual"], answer.EnumerateArray().Select(description => description.GetProperty("name").GetString()));
        Assert.Equal(3, Command.Run("ops", "rms_norm").Output.Split("chosen: vectorized").Length - 1);
    }

    [Fact]
    public void Json_tells_each_implementation_and_where_each_key_comes_from()
    {
        string file = Path.Combine(_folder, "policy.yaml");
        File.WriteAllText(file, "# ours\nstrict: yes\nper_op:\n  silu_and_mul: [reference]\n");
        var environment = new Dictionary<string, string> { ["EVERGRAPH_CONFIG"] = file, ["EVERGRAPH_PREFER"] = "reference" };
        var answer = JsonDocument.Parse(Command.RunWith(environment, "ops", "evergraph::silu_and_mul", "--json").Output).RootElement[0];

        Assert.Equal("reference", answer.GetProperty("chosen").GetString());
        var rejected = answer.GetProperty("implementations")[1];
        Assert.Equal("vectorized", rejected.GetProperty("id").GetString());
        Assert.Equal(0, rejected.GetProperty("place").GetInt32());
        Assert.False(rejected.GetProperty("usable").GetBoolean());
        Assert.Equal($"not in the order [reference] of per_op evergraph::silu_and_mul ({file}:4)", rejected.GetProperty("reason").GetString());
        Assert.Equal(
            ["prefer=reference from EVERGRAPH_PREFER", $"strict=true from {file}:2", $"per_op evergraph::silu_and_mul=reference from {file}:4"],
            answer.GetProperty("policy").EnumerateArray()
                .Select(key => $"{key.GetProperty("key").GetString()}={key.GetProperty("value").GetString()} from {key.GetProperty("from").GetString()}")
                .Where(key => !key.EndsWith(" from default", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_order_for_an_operator_that_is_not_loaded_is_marked()
    {
        string output = Command.RunWith(new() { ["EVERGRAPH_PER_OP"] = "mine::scaled_relu=reference;rms_norm=default" }, "ops", "aten::mm").Output;
        Assert.Contains("per_op mine::scaled_relu    reference (no such operator is loaded)  EVERGRAPH_PER_OP\n", output, StringComparison.Ordinal);
        Assert.Contains("per_op evergraph::rms_norm  default                                 EVERGRAPH_PER_OP\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vendor_that_nothing_is_of_is_marked()
    {
        string output = Command.RunWith(
            new() { ["EVERGRAPH_ALLOW_VENDORS"] = "ASCEND,amce", ["EVERGRAPH_DENY_VENDORS"] = "ascend" }, "ops", "aten::mm", "--plugin", Command.VendorPlugin).Output;
        Assert.Matches("allow_vendors +ASCEND, amce \\(no implementation is of amce\\) +EVERGRAPH_ALLOW_VENDORS\n", output);
        Assert.Matches("deny_vendors +ascend +EVERGRAPH_DENY_VENDORS\n", output);
    }

    [Theory]
    [InlineData("prefer: vendor\nperfer: default\n", ":2: expected one of the keys prefer, strict, per_op, allow_vendors, deny_vendors, plugins, given 'perfer': did you mean prefer?")]
    [InlineData("prefer: fastest\n", ":1: prefer: ")]
    [InlineData("per_op:\n  rms_norm: [default, vendr]\n", ":2: ")]
    [InlineData("per_op:\n  rms_nrom: [default]\n", ":2: ")]
    [InlineData("strict: maybe\n", ":1: strict: ")]
    public void A_mistake_in_the_file_is_told_with_its_line(string text, string expected)
    {
        string file = Path.Combine(_folder, "policy.yaml");
        File.WriteAllText(file, text);
        string refusal = Command.RunWith(new() { ["EVERGRAPH_CONFIG"] = file }, "ops", "aten::mm").Refusal();
        Assert.StartsWith(file + expected, refusal, StringComparison.Ordinal);
        Assert.StartsWith(file + expected, Command.RunWith(new() { ["EVERGRAPH_CONFIG"] = file }, "verify", Command.Fixture("mlp.pt2"), Command.Fixture("mlp.io.safetensors")).Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Strict_in_the_file_is_heeded()
    {
        string file = Path.Combine(_folder, "policy.yaml");
        File.WriteAllText(file, "strict: 'true'\nprefer: vendor\n");
        var dispatcher = new Dispatcher(new() { Environment = new Dictionary<string, string> { ["EVERGRAPH_CONFIG"] = file } });
        dispatcher.Register(new Implementation
        {
            Operator = "aten::linear",
            Id = "failing",
            Kind = ImplementationKind.Vendor,
            Vendor = "ascend",
            Function = (_, _) => throw new DeviceException("status 2"),
        });
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(CommandLine.BadInput, CommandLine.Run(["verify", Command.Fixture("mlp.pt2"), Command.Fixture("mlp.io.safetensors")], output, error, dispatcher));
        Assert.Contains("its kernel failed on (float32", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(": status 2", error.ToString(), StringComparison.Ordinal);

        dispatcher.SetPolicy(new() { Strict = false });
        using var answer = new StringWriter();
        Assert.Equal(0, CommandLine.Run(["verify", Command.Fixture("mlp.pt2"), Command.Fixture("mlp.io.safetensors")], answer, error, dispatcher));
    }

    [Fact]
    public void A_name_with_its_overload_selects_one_operator() =>
        Assert.StartsWith("aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor\n", Command.Run("ops", "softmax.int").Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("--plugin")]
    [InlineData("--ops")]
    public void A_path_that_is_empty(string option) =>
        Assert.Equal($"{option}: expected the path of an assembly, given none. Try 'evergraph --help'.", Command.Run("ops", "aten::mm", option, "").Refusal());

    [Fact]
    public void A_refusal_tells_of_the_plugin_that_could_not_be_loaded()
    {
        string file = Path.Combine(_folder, "broken.dll");
        File.WriteAllText(file, "not an assembly");
        var environment = new Dictionary<string, string> { ["EVERGRAPH_PLUGINS"] = file, ["EVERGRAPH_PER_OP"] = "linear=impl:acme.linear" };
        var command = Command.RunWith(environment, "verify", Command.Fixture("mlp.pt2"), Command.Fixture("mlp.io.safetensors"));
        Assert.NotEqual(CommandLine.Success, command.Status);
        Assert.Contains($"evergraph: warning: plugin broken.dll: {file}: ", command.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plugin_that_cannot_be_loaded_is_a_warning_and_everything_else_works()
    {
        string file = Path.Combine(_folder, "broken.dll");
        File.WriteAllText(file, "not an assembly");
        var command = Command.RunWith(new() { ["EVERGRAPH_PLUGINS"] = file }, "verify", Command.Fixture("mlp.pt2"), Command.Fixture("mlp.io.safetensors"));
        Assert.Equal(0, command.Status);
        Assert.EndsWith("compilations: 1\n", command.Output, StringComparison.Ordinal);
        Assert.Contains($"evergraph: warning: plugin broken.dll: {file}: BadImageFormatException: ", command.Error, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Command.Run("ops", "aten::mm", "--plugin", Path.Combine(_folder, "missing.dll")).Refusal(), StringComparison.Ordinal);
    }

    private static string? Chosen(Dictionary<string, string> environment, params string[] args)
    {
        var answer = JsonDocument.Parse(Command.RunWith(environment, ["ops", "evergraph::rms_norm", "--plugin", Command.VendorPlugin, "--json", .. args]).Output);
        return answer.RootElement[0].GetProperty("chosen").GetString();
    }
}
