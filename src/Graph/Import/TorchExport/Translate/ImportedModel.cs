namespace Evergraph.Graph.Import.TorchExport;

/// <summary>A model as a graph, and what was found on the way.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Report">What was found.</param>
public sealed record ImportedModel(TensorGraph Graph, ImportReport Report);

/// <summary>What the importer found and decided.</summary>
public sealed record ImportReport
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>How the file holds its parts.</summary>
    public required TorchExportLayout Layout { get; init; }

    /// <summary>The version of PyTorch that wrote the file.</summary>
    public required string TorchVersion { get; init; }

    /// <summary>The version of the file format.</summary>
    public required Version SchemaVersion { get; init; }

    /// <summary>How often each operator is called, by name, after inlining; statements that were checked and dropped are not counted.</summary>
    public required IReadOnlyDictionary<string, int> Operators { get; init; }

    /// <summary>The ranges that were widened because every node proves for smaller sizes too.</summary>
    public required IReadOnlyList<WidenedRange> Widened { get; init; }

    /// <summary>What became of each of PyTorch's guards.</summary>
    public required IReadOnlyList<ImportedGuard> Guards { get; init; }

    /// <summary>Inputs of the exported call that the graph does not take because they are fixed: their names and values.</summary>
    public required IReadOnlyList<string> FixedInputs { get; init; }

    /// <summary>What a reader should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>A range that was widened.</summary>
/// <param name="Symbol">The symbol's name.</param>
/// <param name="DeclaredMin">The smallest value that the file declares.</param>
/// <param name="Min">The smallest value that the graph takes.</param>
/// <param name="Max">The largest value, <see cref="Evergraph.Graph.Symbol.Unbounded"/> for none.</param>
public sealed record WidenedRange(string Symbol, long DeclaredMin, long Min, long Max)
{
    /// <summary>For example <c>s70: 2..→0..</c>.</summary>
    public override string ToString()
    {
        string max = Max == Graph.Symbol.Unbounded ? "" : $"{Max}";
        return $"{Symbol}: {DeclaredMin}..{max}→{Min}..{max}";
    }
}

/// <summary>What became of a guard.</summary>
public enum GuardOutcome
{
    /// <summary>It holds for every size in the declared ranges.</summary>
    Proven,
    /// <summary>It could not be shown and is checked at each call.</summary>
    Required,
    /// <summary>It says only that a size is not some value: a trace of PyTorch's specialisation, not of the model's needs.</summary>
    Specialization,
    /// <summary>It is not a comparison of sizes and was left out.</summary>
    NotUnderstood,
}

/// <summary>A guard of the file.</summary>
/// <param name="Text">Python's text.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record ImportedGuard(string Text, GuardOutcome Outcome);
