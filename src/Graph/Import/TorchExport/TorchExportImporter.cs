namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Makes a graph of what <c>torch.export.save</c> wrote.</summary>
/// <remarks>
/// The file is a statement to be checked: shapes are inferred again with our own fakes from the symbols of the inputs and
/// compared with the recorded ones; assertions are proven; in-place operators become pure ones; sizes are evaluated and
/// never are nodes. Weights are not copied.
/// </remarks>
public static class TorchExportImporter
{
    /// <summary>Imports a file.</summary>
    /// <param name="path">A .pt2 file of PyTorch 2.5 or later.</param>
    /// <param name="registry">The operators; all of the program's must be there.</param>
    /// <param name="options">How it is imported.</param>
    /// <exception cref="ImportException">The file is missing or damaged, uses operators that are not registered, or infers otherwise than recorded.</exception>
    public static ImportedModel Import(string path, OperatorRegistry registry, ImportOptions? options = null)
    {
        options ??= ImportOptions.Default;
        return Import(TorchExportArchive.Open(path, options.Limits), registry, options);
    }

    /// <summary>Imports an opened file.</summary>
    /// <exception cref="ImportException">As the other overload.</exception>
    public static ImportedModel Import(TorchExportArchive archive, OperatorRegistry registry, ImportOptions? options = null)
    {
        options ??= ImportOptions.Default;
        try
        {
            return Translate(archive, registry, options);
        }
        catch (EvergraphException fault) when (fault is not ImportException)
        {
            throw new ImportException($"{archive.Path}: {fault.Message}", fault);
        }
    }

    private static ImportedModel Translate(TorchExportArchive archive, OperatorRegistry registry, ImportOptions options)
    {
        UnknownOperators.ThrowIfAny(archive.Program, registry, archive.Path);
        DeclaredRanges declared = DeclaredRanges.Read(archive.Program, archive.Path, options.Limits);
        var weights = new Weights(archive);
        var targets = new TargetTable(registry);
        var (guards, kept, warnings) = GuardTranslator.Read(archive, weights, new(declared.Ranges, options.Limits));
        RequiredText[] required =
        [
            .. kept,
            .. declared.Required.Select(static r => new RequiredText(r.Text, (r.Relation, r.Bound), "a size is out of its declared range")),
        ];
        var search = new RangeSearch(declared.Ranges, ranges => GraphTranslation.Run(archive, registry, targets, weights, new(ranges, options.Limits), required));
        var (graph, found) = search.Run(options.WidenRanges);
        return new(graph.Graph, new ImportReport
        {
            Path = archive.Path,
            Layout = archive.Layout,
            TorchVersion = archive.Program.TorchVersion,
            SchemaVersion = archive.Program.SchemaVersion,
            Operators = graph.Operators,
            Widened = [.. declared.Ranges
                .Where(r => found[r.Key] != r.Value)
                .Select(r => new WidenedRange(r.Key, r.Value.Min, found[r.Key].Min, r.Value.Max))],
            Guards = guards,
            FixedInputs = graph.FixedInputs,
            Warnings = warnings,
        });
    }
}
