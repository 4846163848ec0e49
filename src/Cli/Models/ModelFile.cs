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
    public static ImportedModel Load(FileInfo file, OperatorRegistry registry)
    {
        if (!file.Exists)
            throw new EvergraphException($"{file}: there is no such file: expected a PyTorch export (.pt2)");
        return TorchExportImporter.Import(file.FullName, registry);
    }

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

    /// <summary>Where the numbers of a graph as text lie, as errors say it.</summary>
    private sealed record Nowhere(string File)
    {
        public override string ToString() => $"no memory, since the text {File} has no numbers";
    }
}
