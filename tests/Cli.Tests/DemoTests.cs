namespace Evergraph.Cli.Tests;

public sealed class DemoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-demo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("default", "onnxruntime")]
    [InlineData("reference", "reference")]
    public void The_demo_gives_the_unsplit_models_numbers_under_every_preference_on_every_backend(string prefer, string backend)
    {
        var command = Command.RunWith(new() { ["EVERGRAPH_PREFER"] = prefer }, "demo", "-o", _folder, "--backend", backend);

        Assert.Equal($"backend: {backend} (asked for)\n", command.Error);
        Assert.Equal(0, command.Status);
        Assert.EndsWith("every run gives the unsplit model's numbers, on the branch that its tokens ask for\ncompilations: 1\n", command.Output, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(_folder));
    }
}
