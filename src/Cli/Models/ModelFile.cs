using Evergraph.Graph;
using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.Cli.Models;

/// <summary>Reads a model from a file.</summary>
internal static class ModelFile
{
    /// <summary>Imports a model.</summary>
    /// <exception cref="EvergraphException">The file is missing, of an unknown kind, or damaged.</exception>
    public static ImportedModel Load(FileInfo file, OperatorRegistry registry)
    {
        if (!file.Exists)
            throw new EvergraphException($"{file}: there is no such file: expected a PyTorch export (.pt2)");
        return TorchExportImporter.Import(file.FullName, registry);
    }
}
