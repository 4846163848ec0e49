using Evergraph.Graph.Tests.Import;

namespace Evergraph.Cli.Tests;

/// <summary>Damaged files through the whole command, with every operator and every pass.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private const int FilesOfEach = 60;
    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-damaged-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("mlp")]
    [InlineData("mlp.core")]
    [InlineData("customop")]
    [InlineData("customop.core")]
    [InlineData("legacy_torch2.6")]
    [InlineData("newest_torch2.14")]
    [InlineData("qwen3")]
    [InlineData("qwen3.core")]
    public void A_damaged_file_gives_a_picture_or_one_paragraph(string fixture)
    {
        var source = new Corruption(Command.Fixture($"{fixture}.pt2"));
        string path = Path.Combine(_folder, "model.pt2");
        for (int seed = 0; seed < FilesOfEach; seed++)
        {
            var (file, what) = source.Make(seed);
            File.WriteAllBytes(path, file);
            try
            {
                var command = Command.Run("view", path, "-o", Path.Combine(_folder, "graph.txt"), "--tp", "2", "--flashcomm", "16", "--ops", Command.Operators);
                if (command.Status != CommandLine.Success)
                    command.Refusal();
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {what}: {exception}");
            }
        }
    }
}
