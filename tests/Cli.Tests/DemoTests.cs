namespace Evergraph.Cli.Tests;

public sealed class DemoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-demo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("default")]
    [InlineData("reference")]
    public void The_demo_gives_the_unsplit_models_numbers_under_every_preference(string prefer)
    {
        var command = Command.RunWith(new() { ["EVERGRAPH_PREFER"] = prefer }, "demo", "-o", _folder);

        Assert.Equal("", command.Error);
        Assert.Equal(0, command.Status);
        Assert.EndsWith("every run gives the unsplit model's numbers, on the branch that its tokens ask for\ncompilations: 1\n", command.Output, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(_folder));
    }
}
