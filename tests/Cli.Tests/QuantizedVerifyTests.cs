using System.Globalization;
using System.Text.Json;
using Evergraph.Passes;

namespace Evergraph.Cli.Tests;

public sealed class QuantizedVerifyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-w8a8-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("qwen3", "dynamic", "1", "off", 0, 14)]
    [InlineData("qwen3", "dynamic", "2", "off", 0, 14)]
    [InlineData("qwen3", "static", "1", "off", 14, 0)]
    [InlineData("qwen3", "static", "2", "off", 14, 0)]
    [InlineData("qwen3", "static", "2", "16", 14, 0)]
    [InlineData("qwen3", "dynamic", "2", "16", 0, 0)]
    [InlineData("qwen3_batch.core", "static", "2", "16", 14, 0)]
    public void A_quantised_model_verifies_at_the_tolerance_of_int8(string model, string mode, string ranks, string threshold, int byRange, int byToken)
    {
        string recorded = model.Split('.')[0];
        var command = Verify(model, recorded, "--w8a8", mode, "--tp", ranks, "--flashcomm", threshold, "--rtol", "0", "--atol", "0.02", "--json");

        Assert.Equal("", command.Error);
        var answer = JsonDocument.Parse(command.Output).RootElement;
        Assert.Equal(0, answer.GetProperty("failed").GetInt32());
        Assert.Equal(1, answer.GetProperty("compilations").GetInt32());
        var quantized = answer.GetProperty("quantized");
        Assert.Equal((byRange, byToken, 15 - byRange - byToken), (quantized.GetProperty("static").GetInt32(), quantized.GetProperty("dynamic").GetInt32(), quantized.GetProperty("floating").GetInt32()));
    }

    [Fact]
    public void What_is_usual_is_said_and_float32_s_tolerance_is_too_narrow()
    {
        var command = Verify("qwen3", "qwen3", "--w8a8", "dynamic");

        Assert.Equal(CommandLine.No, command.Status);
        Assert.EndsWith(
            "w8a8: 0 linears static, 14 token by token, 1 in floating point; --rtol 0 --atol 8.4e-02 is usual, an eighth of the greatest recorded number\n"
            + "cases: 0 passed, 5 failed\ncompilations: 1\n",
            command.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_come_from_a_file_and_layers_from_another()
    {
        string ranges = Path.Combine(_folder, "ranges.json"), layers = Path.Combine(_folder, "layers.txt");
        new CalibrationRanges(new Dictionary<string, ActivationRange> { ["m.model.layers.0.mlp.up_proj.weight"] = new(-9, 9), ["m.lm_head.weight"] = new(-9, 9) }).Save(ranges);
        File.WriteAllText(layers, "exclude down_proj\n");

        var command = Verify("qwen3", "qwen3", "--w8a8", "static", "--calibration", ranges, "--w8a8-layers", layers, "--atol", "0.1");

        // Two of the 15 have a range, one of these is the head that is only left out where nothing is said; two are excluded.
        Assert.Contains("w8a8: 2 linears static, 11 token by token, 2 in floating point;", command.Output, StringComparison.Ordinal);
        Assert.Equal(CommandLine.Success, command.Status);
    }

    [Fact]
    public void Without_w8a8_nothing_is_said_of_it() =>
        Assert.DoesNotContain("w8a8", Verify("mlp", "mlp", "--w8a8", "off").Output, StringComparison.Ordinal);

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Equal("--w8a8: expected 'static', 'dynamic' or 'off', given 'int4'. Try 'evergraph --help'.", Verify("mlp", "mlp", "--w8a8", "int4").Refusal());
        Assert.Equal(
            "--calibration says how linear layers compute in int8: expected --w8a8 static or --w8a8 dynamic beside it, given --w8a8 off",
            Verify("mlp", "mlp", "--calibration", "x.json").Refusal());
        Assert.Contains("missing.json: there is no such file: expected calibrated ranges (.json)", Verify("mlp", "mlp", "--w8a8", "static", "--calibration", "missing.json").Refusal(), StringComparison.Ordinal);
        Assert.Equal(
            "--w8a8-layers missing.txt: there is no such file: expected lines 'include PATTERN' or 'exclude PATTERN'",
            Verify("mlp", "mlp", "--w8a8", "static", "--w8a8-layers", "missing.txt").Refusal());
        string ranges = Path.Combine(_folder, "ranges.json");
        File.WriteAllText(ranges, "{}");
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"{ranges}: the document: expected a member format, given none; calibrate again"),
            Verify("mlp", "mlp", "--w8a8", "static", "--calibration", ranges).Refusal());
    }

    private static Command Verify(string model, string recorded, params string[] options) =>
        Command.Run(["verify", Command.Fixture($"{model}.pt2"), Command.Fixture($"{recorded}.io.safetensors"), .. options]);
}
