using System.Text.Json;

namespace Evergraph.Cli.Tests;

public class VerifyTests
{
    public static TheoryData<string, string, int, string, string> Fixtures()
    {
        (string Model, string Recorded, int Cases)[] fixtures =
        [
            ("mlp", "mlp", 3), ("mlp.core", "mlp", 3), ("qwen3", "qwen3", 5), ("qwen3.core", "qwen3", 5), ("qwen3_batch", "qwen3_batch", 3),
            ("qwen3_batch.core", "qwen3_batch", 3), ("customop", "customop", 5), ("customop.core", "customop", 5),
            ("legacy_torch2.6", "legacy_torch2.6", 4), ("newest_torch2.14", "newest_torch2.14", 4),
        ];
        var data = new TheoryData<string, string, int, string, string>();
        foreach (var (prefer, backend) in new[] { ("default", "reference"), ("reference", "reference"), ("default", "onnxruntime") })
        {
            foreach (var (model, recorded, cases) in fixtures)
                data.Add(model, recorded, cases, prefer, backend);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Every_fixture_gives_the_recorded_numbers_with_one_compilation_under_every_preference_on_every_backend(string model, string recorded, int cases, string prefer, string backend)
    {
        var command = Command.RunWith(new() { ["EVERGRAPH_PREFER"] = prefer }, "verify", Command.Fixture($"{model}.pt2"), Command.Fixture($"{recorded}.io.safetensors"), "--ops", Command.Operators, "--backend", backend);

        Assert.Equal($"backend: {backend} (asked for)\n", command.Error);
        Assert.Equal(0, command.Status);
        Assert.EndsWith($"cases: {cases} passed, 0 failed\ncompilations: 1\n", command.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qwen3", "qwen3", "2", "off")]
    [InlineData("qwen3", "qwen3", "2", "0")]
    [InlineData("qwen3", "qwen3", "4", "16")]
    [InlineData("qwen3", "qwen3", "3", "16")]
    [InlineData("qwen3.core", "qwen3", "2", "16")]
    [InlineData("qwen3_batch", "qwen3_batch", "2", "16")]
    [InlineData("qwen3_batch.core", "qwen3_batch", "2", "1000")]
    [InlineData("mlp", "mlp", "2", "1")]
    [InlineData("qwen3", "qwen3", "2", "16", "reference")]
    [InlineData("qwen3_batch.core", "qwen3_batch", "2", "0", "reference")]
    public void Split_models_give_the_recorded_numbers_on_every_rank_and_every_backend(string model, string recorded, string ranks, string threshold, string prefer = "default")
    {
        foreach (string backend in new[] { "reference", "onnxruntime" })
        {
            var command = Command.RunWith(
                new() { ["EVERGRAPH_PREFER"] = prefer }, "verify", Command.Fixture($"{model}.pt2"), Command.Fixture($"{recorded}.io.safetensors"),
                "--tp", ranks, "--flashcomm", threshold, "--backend", backend, "--json");

            Assert.Equal("", command.Error);
            var answer = JsonDocument.Parse(command.Output).RootElement;
            Assert.Equal(backend, answer.GetProperty("backend").GetString());
            Assert.Equal(0, answer.GetProperty("failed").GetInt32());
            Assert.Equal(1, answer.GetProperty("compilations").GetInt32());
            Assert.Equal(0, command.Status);
        }
    }

    [Fact]
    public void Without_a_backend_it_is_the_best_of_this_machine_and_says_so()
    {
        var command = Command.Run("verify", Command.Fixture("mlp.pt2"), Command.Fixture("mlp.io.safetensors"));

        Assert.Equal("backend: onnxruntime (the default, the fastest on this machine)\n", command.Error);
        Assert.Equal(0, command.Status);
    }

    [Fact]
    public void A_backend_that_there_is_not_is_refused() =>
        Assert.Equal(
            "no backend is named abacus: expected one of cuda, onnxruntime, reference",
            Command.Run("verify", Command.Fixture("mlp.pt2"), Command.Fixture("mlp.io.safetensors"), "--backend", "abacus").Refusal());

    [Theory]
    [InlineData("reference")]
    [InlineData("onnxruntime")]
    public void Both_branches_are_taken_inside_one_compilation(string backend)
    {
        var command = Command.Run("verify", Command.Fixture("qwen3.pt2"), Command.Fixture("qwen3.io.safetensors"), "--tp", "2", "--flashcomm", "16", "--backend", backend);

        // 2 layers of 4 linears on 2 ranks: 3 cases of at most 16 tokens, 2 of more.
        Assert.Contains("maybe-nodes: 8, plain branch 48 times, fused branch 32 times\n", command.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mismatch_is_a_no()
    {
        // The last recorded number, with its sign turned: no rounding of any machine's gives that.
        byte[] recorded = File.ReadAllBytes(Command.Fixture("mlp.io.safetensors"));
        recorded[^1] ^= 0x80;
        string path = Path.Combine(Path.GetTempPath(), $"evergraph-{Guid.NewGuid():N}.safetensors");
        File.WriteAllBytes(path, recorded);
        Command command;
        try
        {
            command = Command.Run("verify", Command.Fixture("mlp.pt2"), path);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal(CommandLine.No, command.Status);
        Assert.Contains("case 0: passed: ", command.Output, StringComparison.Ordinal);
        Assert.Contains("case 2: FAILED: float32[50, 16]: worst error", command.Output, StringComparison.Ordinal);
        Assert.EndsWith("compilations: 1\n", command.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_of_another_model_name_the_input()
    {
        string refusal = Command.Run("verify", Command.Fixture("mlp.pt2"), Command.Fixture("qwen3.io.safetensors")).Refusal();

        Assert.Contains("input", refusal, StringComparison.Ordinal);
        Assert.Contains("expected", refusal, StringComparison.Ordinal);
        Assert.Contains("int64", refusal, StringComparison.Ordinal);
    }
}
