using System.Text.Json;

namespace Evergraph.Cli.Tests;

public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Inspect_shows_ranges_and_what_was_widened()
    {
        var command = Command.Run("inspect", Command.Fixture("qwen3.pt2"));

        Assert.Equal(0, command.Status);
        Assert.Contains("input_ids: int64[1, s70]", command.Output, StringComparison.Ordinal);
        Assert.Contains("widened: s70: 2..→1..", command.Output, StringComparison.Ordinal);
        Assert.Contains("requirements checked at each call: 0", command.Output, StringComparison.Ordinal);
        Assert.Contains("Proven: min(16*L['input_ids'].size()[1], 32*L['input_ids'].size()[1])", command.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_shows_data_dependent_sizes_and_fixed_inputs()
    {
        var command = Command.Run("inspect", Command.Fixture("newest_torch2.14.pt2"), "--ops", Command.Operators, "--json");

        var answer = JsonDocument.Parse(command.Output).RootElement;
        Assert.Contains(answer.GetProperty("symbols").EnumerateArray(), symbol => symbol.GetProperty("kind").GetString() == "Data");
        Assert.Contains(answer.GetProperty("inputs").EnumerateArray(), input => input.GetProperty("number").GetString() == "3");
    }

    [Fact]
    public void Inspect_says_how_each_operator_runs_on_the_default_backend()
    {
        string output = Command.RunWith(new() { ["EVERGRAPH_PREFER"] = "reference" }, "inspect", Command.Fixture("newest_torch2.14.pt2"), "--ops", Command.Operators).Output;
        Assert.Contains("nodes on onnxruntime (the default, the fastest on this machine)\n", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^flash::dyn_nz +1 +C# \(reference\)$", output);
        Assert.Matches(@"(?m)^aten::cat +1 +onnx: Concat$", output);
    }

    [Fact]
    public void Inspect_says_why_a_lowering_declined_and_which_implementation_runs()
    {
        var command = Command.Run("inspect", Command.Fixture("qwen3.pt2"), "--tp", "2", "--flashcomm", "16", "--backend", "onnxruntime", "--json");

        var backend = JsonDocument.Parse(command.Output).RootElement.GetProperty("backend");
        Assert.Equal("onnxruntime", backend.GetProperty("name").GetString());
        var operators = backend.GetProperty("operators").EnumerateArray().ToList();
        var norm = operators.Single(row => row.GetProperty("operator").GetString() == "evergraph::rms_norm");
        Assert.Equal(["RMSNormalization"], norm.GetProperty("native").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(JsonValueKind.Null, norm.GetProperty("implementation").ValueKind);
        var row = operators.Single(row => row.GetProperty("operator").GetString() == "evergraph::row_linear_maybe_flashcomm_fp");
        Assert.Equal(JsonValueKind.Null, row.GetProperty("native").ValueKind);
        Assert.Equal("vectorized", row.GetProperty("implementation").GetString());
        var attention = operators.Single(row => row.GetProperty("operator").GetString() == "evergraph::grouped_query_attention");
        Assert.Equal("ours is faster", attention.GetProperty("reason").GetString());
        Assert.Equal("C# (vectorized): ours is faster", attention.GetProperty("runsAs").GetString());
    }

    [Fact]
    public void Inspect_of_the_reference_backend_shows_what_dispatch_chooses()
    {
        string output = Command.RunWith(new() { ["EVERGRAPH_PREFER"] = "reference" }, "inspect", Command.Fixture("mlp.pt2"), "--backend", "reference").Output;
        Assert.Contains("nodes on reference (asked for)\n", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^aten::linear +2 +C# \(reference\)$", output);
        Assert.DoesNotContain("onnx:", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".txt", "column_linear_maybe_flashcomm_fp(")]
    [InlineData(".dot", "digraph evergraph {")]
    [InlineData(".mmd", "flowchart TB")]
    public void View_writes_the_graph_after_the_passes(string extension, string expected)
    {
        string file = Path.Combine(_folder, $"graph{extension}");
        var command = Command.Run("view", Command.Fixture("qwen3.pt2"), "-o", file, "--tp", "2", "--flashcomm", "1000");

        Assert.Equal("", command.Error);
        Assert.Equal(0, command.Status);
        string text = File.ReadAllText(file);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("all_reduce", text, StringComparison.Ordinal);
    }

    [Fact]
    public void View_can_show_the_graph_before_the_passes()
    {
        string file = Path.Combine(_folder, "graph.txt");
        Command.Run("view", Command.Fixture("qwen3.core.pt2"), "-o", file, "--stage", "before");
        Assert.Contains("aten::mm(", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Ops_shows_one_operator_and_lists_many()
    {
        Assert.StartsWith("aten::mm(Tensor self, Tensor mat2) -> Tensor\n", Command.Run("ops", "aten::mm").Output, StringComparison.Ordinal);
        string many = Command.Run("ops", "maybe_flashcomm").Output;
        foreach (string name in new[] { "row_linear_maybe_flashcomm_fp", "row_linear_maybe_flashcomm_w8a8", "column_linear_maybe_flashcomm_fp", "column_linear_maybe_flashcomm_w8a8" })
            Assert.Contains($"evergraph::{name} ", many, StringComparison.Ordinal);
        Assert.Contains("no operator is named aten::nothing", Command.Run("ops", "aten::nothing").Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Opcheck_checks_operators_of_an_assembly()
    {
        var command = Command.Run("opcheck", "flash::", "--ops", Command.Operators, "--samples", "20");

        Assert.Equal("flash::dyn_nz: 20 passed, 0 failed\nflash::maybe_pad_reduce: 20 passed, 0 failed\noperators: 2 passed, 0 failed\n", command.Output);
        Assert.Equal(0, command.Status);
    }

    [Fact]
    public void Every_verb_answers_in_json()
    {
        string file = Path.Combine(_folder, "graph.txt");
        foreach (string[] args in new[]
        {
            new[] { "ops", "aten::mm" }, ["opcheck", "aten::mm", "--samples", "2"], ["inspect", Command.Fixture("mlp.pt2")],
            ["view", Command.Fixture("mlp.pt2"), "-o", file], ["verify", Command.Fixture("mlp.pt2"), Command.Fixture("mlp.io.safetensors")],
        })
        {
            var command = Command.Run([.. args, "--json"]);
            Assert.Equal(0, command.Status);
            JsonDocument.Parse(command.Output);
        }
    }
}
