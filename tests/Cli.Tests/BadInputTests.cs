using System.IO.Compression;

namespace Evergraph.Cli.Tests;

/// <summary>Bad input gets one clear paragraph and status 2, nothing else.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-bad-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("inspect", "missing.pt2")]
    [InlineData("verify", "missing.pt2", "missing.safetensors")]
    [InlineData("view", "missing.pt2", "-o", "x.txt")]
    public void A_missing_file(params string[] args) =>
        Assert.Contains("there is no such file", Command.Run(args).Refusal(), StringComparison.Ordinal);

    [Fact]
    public void A_truncated_archive()
    {
        byte[] bytes = File.ReadAllBytes(Command.Fixture("mlp.pt2"));
        string refusal = Inspect("cut.pt2", bytes[..(bytes.Length / 2)]);
        Assert.Contains("cut.pt2", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_bomb()
    {
        string path = Path.Combine(_folder, "bomb.pt2");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using var model = archive.CreateEntry("bomb/models/model.json", CompressionLevel.Optimal).Open();
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++)
                model.Write(zeros);
        }

        Assert.Contains("bomb.pt2", Command.Run("inspect", path).Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_no_archive() =>
        Assert.Contains("text.pt2", Inspect("text.pt2", "not a zip"u8.ToArray()), StringComparison.Ordinal);

    [Fact]
    public void An_unknown_operator_is_listed_with_how_to_register_it()
    {
        string refusal = Command.Run("inspect", Command.Fixture("customop.pt2")).Refusal();
        Assert.Contains("vllm::ascend_row_linear_maybe_flashcomm_fp", refusal, StringComparison.Ordinal);
        Assert.Contains("[CustomOp(", refusal, StringComparison.Ordinal);
        Assert.Contains("--ops", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Operators_from_a_file_that_is_no_assembly()
    {
        string path = Path.Combine(_folder, "ops.dll");
        File.WriteAllText(path, "nothing");
        Assert.Contains("expected a .NET assembly", Command.Run("ops", "--ops", path).Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Operators_from_an_assembly_without_any() =>
        Assert.Contains("defines no operators", Command.Run("ops", "--ops", typeof(BadInputTests).Assembly.Location).Refusal(), StringComparison.Ordinal);

    [Theory]
    [InlineData("expected a number of ranks from 1 to 64, given 0", "verify", "a", "b", "--tp", "0")]
    [InlineData("expected a number of tokens, 'auto' or 'off', given 'many'", "verify", "a", "b", "--flashcomm", "many")]
    [InlineData("--help", "verify")]
    [InlineData("--help", "nonsense")]
    public void Bad_usage(string reason, params string[] args) =>
        Assert.Contains(reason, Command.Run(args).Refusal(), StringComparison.Ordinal);

    [Fact]
    public void A_picture_of_an_unknown_kind() =>
        Assert.Contains("expected a file that ends in .html, .svg, .dot, .mmd, .json, .txt or .onnx, given '.bmp'", Command.Run("view", Command.Fixture("mlp.pt2"), "-o", "x.bmp").Refusal(), StringComparison.Ordinal);

    [Fact]
    public void A_plan_with_a_wrong_line()
    {
        string plan = Path.Combine(_folder, "plan.txt");
        File.WriteAllText(plan, "column q_proj\ndiagonal k_proj\n");
        string refusal = Command.Run("view", Command.Fixture("mlp.pt2"), "-o", Path.Combine(_folder, "x.txt"), "--tp", "2", "--tp-plan", plan).Refusal();
        Assert.Contains("line 2: expected 'column PATTERN' or 'row PATTERN', given 'diagonal k_proj'", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Recorded_cases_with_a_gap_or_a_foreign_name()
    {
        string path = Path.Combine(_folder, "x.safetensors");
        File.WriteAllBytes(path, [2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']);
        Assert.Contains("there are no cases in it", Command.Run("verify", Command.Fixture("mlp.pt2"), path).Refusal(), StringComparison.Ordinal);
    }

    private string Inspect(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return Command.Run("inspect", path).Refusal();
    }
}
