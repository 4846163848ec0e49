using Evergraph.Graph;
using Evergraph.Graph.Import.TorchExport;
using Evergraph.Graph.Text;

namespace Evergraph.Cli.Models;

/// <summary>Reads a model from a file.</summary>
internal static class ModelFile
{
    private const string Text = ".txt";

    /// <summary>Whether the file is a graph as text, which has no numbers.</summary>
    public static bool IsText(FileInfo file) => file.Extension.Equals(Text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Imports a model.</summary>
    /// <exception cref="EvergraphException">The file is missing, of an unknown kind, or damaged.</exception>
    public static ImportedModel Load(FileInfo file, OperatorRegistry registry) => TorchExportImporter.Import(Open(file), registry);

    /// <summary>Begins to read a model, on another thread: operators can be registered meanwhile.</summary>
    /// <returns>What <see cref="Load(Task{TorchExportArchive}, OperatorRegistry)"/> takes; it says what is wrong with the file.</returns>
    public static Task<TorchExportArchive> Begin(FileInfo file) => Task.Run(() => Open(file));

    /// <summary>Imports a model that is being read.</summary>
    /// <exception cref="EvergraphException">The file is missing, of an unknown kind, or damaged.</exception>
    public static ImportedModel Load(Task<TorchExportArchive> reading, OperatorRegistry registry) =>
        TorchExportImporter.Import(reading.GetAwaiter().GetResult(), registry);

    /// <summary>Reads a graph as <c>view -o graph.txt</c> writes it. It need not verify, and its parameters have no numbers.</summary>
    /// <exception cref="EvergraphException">The file is missing, or its text is not a graph's.</exception>
    public static TensorGraph LoadText(FileInfo file, OperatorRegistry registry)
    {
        if (!file.Exists)
            throw new EvergraphException($"{file}: there is no such file: expected a graph as text (.txt)");
        var nowhere = new Nowhere(file.Name);
        return GraphParser.Parse(File.ReadAllText(file.FullName), registry, (_, type) =>
        {
            long[] sizes = type.Shape.Evaluate(static _ => 0);
            var bytes = sizes.Aggregate((Int128)type.DType.Size(), (product, size) => product * size);
            if (bytes < 0 || bytes > int.MaxValue)
                throw new EvergraphException($"a parameter of type {type} takes {bytes} bytes: expected at most {int.MaxValue}");
            return new(type.DType, sizes, Storage.Remote((long)bytes, nowhere));
        });
    }

    private static TorchExportArchive Open(FileInfo file)
    {
        if (!file.Exists)
            throw new EvergraphException($"{file}: there is no such file: expected a PyTorch export (.pt2)");
        return TorchExportArchive.Open(file.FullName);
    }

    /// <summary>Where the numbers of a graph as text lie, as errors say it.</summary>
    private sealed record Nowhere(string File)
    {
        public override string ToString() => $"no memory, since the text {File} has no numbers";
    }
}
