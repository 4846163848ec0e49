using System.Text.Json;

namespace Evergraph.Cli.Tests;

public class BenchTests
{
    private static readonly string[] Quick = ["--backend", "reference", "--seconds", "0.001"];

    [Fact]
    public void A_table_has_a_row_for_each_number_of_tokens()
    {
        var command = Command.Run(["bench", Command.Fixture("mlp.pt2"), "--tokens", "1,3", .. Quick]);
        Assert.Equal(0, command.Status);
        string[] lines = command.Output.Split('\n');
        Assert.StartsWith("tokens  reference (ms)", lines[0], StringComparison.Ordinal);
        Assert.Equal(["1", "3"], lines[2..4].Select(line => line.Split(' ')[0]));
        Assert.Contains("compile and first call of reference: ", command.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("evergraph.compile", command.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Phases_are_what_the_first_call_consists_of()
    {
        var command = Command.Run(["bench", Command.Fixture("mlp.pt2"), "--tokens", "2", "--phases", .. Quick]);
        Assert.Equal(0, command.Status);
        string[] spans = [.. command.Output.Split('\n').SkipWhile(line => !line.StartsWith("from ", StringComparison.Ordinal)).Skip(2).Select(line => line.Split(' ')[^1])];
        Assert.Equal(
            ["evergraph.compile", "evergraph.compile.verify", "evergraph.compile.passes", "evergraph.run"],
            spans.Where(span => span.StartsWith("evergraph.compile", StringComparison.Ordinal) || span == "evergraph.run").Distinct());

        // Of the first call only, though the model is run many times after it.
        Assert.Single(spans, "evergraph.compile");
    }

    [Fact]
    public void Json_tells_the_same()
    {
        var command = Command.Run(["bench", Command.Fixture("mlp.pt2"), "--tokens", "1,3", "--json", "--phases", .. Quick]);
        using var document = JsonDocument.Parse(command.Output);
        Assert.Equal("reference", document.RootElement.GetProperty("names")[0].GetString());
        Assert.Equal(2, document.RootElement.GetProperty("rows").GetArrayLength());
        Assert.Equal("evergraph.compile", document.RootElement.GetProperty("phases")[0].GetProperty("name").GetString());
        Assert.True(document.RootElement.GetProperty("firstCallMilliseconds")[0].GetDouble() > 0);
    }

    [Theory]
    [InlineData("", "expected numbers of tokens of at least 1, separated by commas, given ''")]
    [InlineData("1,x", "expected numbers of tokens of at least 1, separated by commas, given 'x'")]
    [InlineData("0", "expected numbers of tokens of at least 1, separated by commas, given '0'")]
    public void Wrong_numbers_of_tokens_are_refused(string tokens, string reason) =>
        Assert.Contains(reason, Command.Run(["bench", Command.Fixture("qwen3.pt2"), "--tokens", tokens, .. Quick]).Refusal(), StringComparison.Ordinal);
}
